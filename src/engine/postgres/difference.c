/* SPDX-License-Identifier: Apache-2.0
 *
 * From one shape to another, table by table.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "model/shape.h"

/* Actions ----------------------------------------------------------------------- */

Action *
pg_difference_add (PgDifference *difference, const PgDetail *detail, LockClass lock,
                   ActionCost cost, const char *sql)
{
  Action *action = arena_new0 (difference->arena, Action);

  action->kind = detail != NULL ? ACTION_OWN : ACTION_STATEMENT;
  action->lock = lock;
  action->cost = cost;
  action->transaction = ACTION_OWN_TRANSACTION;
  action->sql = sql;
  if (detail != NULL)
    action->detail = arena_memdup (difference->arena, detail, sizeof *detail);
  g_ptr_array_add (difference->actions, action);
  return action;
}

Action *
pg_plan_change (PgDifference *difference, const PgDetail *detail, LockClass lock,
                const char *sql)
{
  Action *action = pg_difference_add (difference, detail, lock, ACTION_COST_INSTANT, sql);

  if (difference->in_change)
    action->transaction = ACTION_SAME_TRANSACTION;
  difference->in_change = TRUE;
  return action;
}

Action *
pg_plan_statement (PgDifference *difference, const char *sql)
{
  return pg_plan_change (difference, NULL, LOCK_CLASS_EXCLUSIVE, sql);
}

const char *
pg_plan_name (const PgDifference *difference, const char *name)
{
  return postgres_identifier (difference->arena, name);
}

const char *
pg_plan_table (const PgDifference *difference, const char *name)
{
  return postgres_table (difference->arena, name);
}

const Table *
pg_plan_counterpart (const Database *database, const Table *table)
{
  const Table *found = database_find (database, table->name);

  return found != NULL && g_str_equal (found->name, table->name) ? found : NULL;
}

gboolean
pg_plan_has_columns (const Table *table, const char *const *names)
{
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (table_find_column (table, names[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Tables ---------------------------------------------------------------------- */

static gboolean
create_table (PgDifference *difference, const Table *table, GError **error)
{
  Arena *arena = difference->arena;
  const char *text = postgres_create_table_text (table, arena, error);

  const PgDetail detail
      = { .kind = PG_CREATE_HALF, .table = table->name, .shape = difference->to };

  if (text == NULL)
    return FALSE;
  pg_plan_change (difference,
                  database_sync_to (difference->to, table->name) != NULL ? &detail : NULL,
                  LOCK_CLASS_NONE, text);
  for (guint j = 0; j < table->indexes->len; j++)
    {
      text = postgres_create_index_text (table, table->indexes->pdata[j], "", arena,
                                         error);
      if (text == NULL)
        return FALSE;
      pg_plan_change (difference, NULL, LOCK_CLASS_NONE, text);
    }
  return TRUE;
}

/* The other half of a table that is split is for those who use the table. */
static void
share_table (PgDifference *difference, const Table *table)
{
  for (guint i = 0; i < difference->to->table_syncs->len; i++)
    {
      const TableSync *sync = difference->to->table_syncs->pdata[i];
      const PgDetail detail
          = { .kind = PG_SHARE, .table = sync->old_table, .to = table->name };
      if (g_str_equal (sync->new_table, table->name))
        pg_plan_change (difference, &detail, LOCK_CLASS_NONE,
                        arena_printf (difference->arena,
                                      "give %s to the owner of %s, and rights on it to "
                                      "whoever has them there",
                                      pg_plan_table (difference, table->name),
                                      pg_plan_table (difference, sync->old_table)));
    }
}

static gboolean
create_tables (PgDifference *difference, GError **error)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      if (pg_plan_counterpart (difference->from, table) != NULL)
        continue;
      if (!create_table (difference, table, error))
        return FALSE;
      share_table (difference, table);
    }
  return TRUE;
}

static void
drop_tables (PgDifference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      if (pg_plan_counterpart (difference->to, table) != NULL)
        continue;
      const PgDetail detail
          = { .kind = PG_DROP_TABLE, .table = table->name, .shape = difference->from };
      Action *action
          = pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                            arena_printf (difference->arena, "DROP TABLE IF EXISTS %s",
                                          pg_plan_table (difference, table->name)));
      action->loses_data = TRUE;
    }
}

/* The three parts --------------------------------------------------------------- */

/* What a table can be given while its columns are as they were. */
static gboolean
prepare_table (PgDifference *difference, const Table *from, const Table *to,
               GError **error)
{
  pg_plan_carry_columns (difference, PG_CARRY_PREPARE, from, to, FALSE);
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (pg_plan_becomes_not_null (table_find_column (from, is->name), is))
        pg_plan_prove_not_null (difference, from, is->name);
    }
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (!pg_plan_constraint_comes (from, to, constraint)
          || !pg_plan_has_columns (from, constraint->columns))
        continue;
      if (pg_plan_is_key (constraint))
        pg_plan_build_index (
            difference, from, pg_plan_aside_name (difference, from, constraint->name),
            TRUE,
            arena_printf (difference->arena, "(%s)",
                          postgres_names (difference->arena, "", constraint->columns)));
      else if (pg_plan_can_precede (difference, from, constraint))
        {
          if (!pg_plan_add_constraint (difference, to, constraint, FALSE, error))
            return FALSE;
          pg_plan_validate (difference, from, constraint, constraint->name);
        }
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (!pg_plan_index_comes (difference, from, to, index)
          || !pg_plan_has_columns (from, pg_plan_index_columns (difference, index)))
        continue;
      const char *body = postgres_index_body (index, difference->arena, error);
      if (body == NULL)
        return FALSE;
      pg_plan_build_index (difference, from,
                           pg_plan_aside_name (difference, from, index->name),
                           index->unique, body);
    }
  return TRUE;
}

/* What is dropped, and columns that come: instant. */
static gboolean
change_table (PgDifference *difference, const Table *from, const Table *to,
              GError **error)
{
  pg_plan_carry_columns (difference, PG_CARRY, from, to, FALSE);
  pg_plan_drop_indexes (difference, from, to);
  if (!pg_plan_change_columns (difference, from, to, error))
    return FALSE;
  pg_plan_drop_columns (difference, from, to);
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (pg_plan_becomes_not_null (table_find_column (from, is->name), is))
        pg_plan_set_not_null (difference, to, is->name);
    }
  return TRUE;
}

/* What was built before takes its place; the rest of what binds comes not valid yet. */
static gboolean
bind_rows (PgDifference *difference, const Table *from, const Table *to, gboolean foreign,
           GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if ((constraint->kind == CONSTRAINT_FOREIGN_KEY) != foreign
          || !pg_plan_constraint_comes (from, to, constraint))
        continue;
      if (pg_plan_is_key (constraint))
        {
          if (pg_plan_has_columns (from, constraint->columns))
            pg_plan_attach_key (difference, from, to, constraint);
        }
      else if (!pg_plan_can_precede (difference, from, constraint)
               && pg_plan_key_is_ready (difference, constraint)
               && !pg_plan_add_constraint (difference, to, constraint, TRUE, error))
        return FALSE;
    }
  for (guint i = 0; !foreign && i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (pg_plan_index_comes (difference, from, to, index)
          && pg_plan_has_columns (from, pg_plan_index_columns (difference, index)))
        pg_plan_place_index (difference, from, to, index);
    }
  return TRUE;
}

static void
validate_enums (PgDifference *difference, const Table *from, const Table *to)
{
  Arena *arena = difference->arena;

  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      const char *values = postgres_enum_check (is, arena);
      const char *old = was != NULL ? postgres_enum_check (was, arena) : NULL;
      if (values != NULL && g_strcmp0 (values, old) != 0)
        pg_plan_validate_enum (difference, to, is->name, was == NULL);
    }
}

/* Columns that are there again, and filled. */
static void
bind_columns_again (PgDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (to) && difference->back; i++)
    {
      const Column *is = table_column (to, i);
      if (table_find_column (from, is->name) != NULL || is->nullable)
        continue;
      pg_plan_prove_not_null (difference, to, is->name);
      difference->in_change = FALSE;
      pg_plan_set_not_null (difference, to, is->name);
      difference->in_change = FALSE;
    }
  pg_plan_carry_columns (difference, PG_CARRY_PREPARE, from, to, TRUE);
  difference->in_change = FALSE;
  pg_plan_carry_columns (difference, PG_CARRY, from, to, TRUE);
  for (guint i = 0; i < table_n_columns (to) && difference->back; i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was != NULL && !was->nullable && is->nullable
          && pg_plan_is_bound_still (difference, from, to, is->name))
        pg_plan_relax_column (difference, to, is->name);
    }
  difference->in_change = FALSE;
}

static void
finish_key (PgDifference *difference, const Table *from, const Table *to,
            const Constraint *key)
{
  pg_plan_build_index (
      difference, to, pg_plan_aside_name (difference, from, key->name), TRUE,
      arena_printf (difference->arena, "(%s)",
                    postgres_names (difference->arena, "", key->columns)));
  difference->in_change = FALSE;
  pg_plan_attach_key (difference, from, to, key);
  difference->in_change = FALSE;
}

/* What needs the columns that have come. */
static gboolean
finish_table (PgDifference *difference, const Table *from, const Table *to,
              GError **error)
{
  difference->in_change = FALSE;
  validate_enums (difference, from, to);
  bind_columns_again (difference, from, to);
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (pg_plan_constraint_comes (from, to, constraint) && pg_plan_is_key (constraint)
          && !pg_plan_has_columns (from, constraint->columns))
        finish_key (difference, from, to, constraint);
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (!pg_plan_index_comes (difference, from, to, index)
          || pg_plan_has_columns (from, pg_plan_index_columns (difference, index)))
        continue;
      const char *body = postgres_index_body (index, difference->arena, error);
      if (body == NULL)
        return FALSE;
      pg_plan_build_index (difference, to, index->name, index->unique, body);
    }
  return TRUE;
}

static gboolean
finish_references (PgDifference *difference, const Table *from, const Table *to,
                   GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (!pg_plan_constraint_comes (from, to, constraint) || pg_plan_is_key (constraint)
          || pg_plan_can_precede (difference, from, constraint))
        continue;
      difference->in_change = FALSE;
      if (!pg_plan_key_is_ready (difference, constraint)
          && !pg_plan_add_constraint (difference, to, constraint, FALSE, error))
        return FALSE;
      pg_plan_validate (difference, to, constraint, constraint->name);
    }
  return TRUE;
}

typedef gboolean (*TablePart) (PgDifference *difference, const Table *from,
                               const Table *to, GError **error);

static gboolean
each_table (PgDifference *difference, TablePart part, GError **error)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = pg_plan_counterpart (difference->from, to);
      if (from != NULL && !part (difference, from, to, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
bind_keys (PgDifference *difference, const Table *from, const Table *to, GError **error)
{
  return bind_rows (difference, from, to, FALSE, error);
}

static gboolean
bind_references_of (PgDifference *difference, const Table *from, const Table *to,
                    GError **error)
{
  return bind_rows (difference, from, to, TRUE, error);
}

gboolean
pg_difference_plan (PgDifference *difference, GError **error)
{
  if (!each_table (difference, prepare_table, error))
    return FALSE;
  difference->in_change = FALSE;
  if (!pg_plan_drop_triggers (difference, error))
    return FALSE;
  pg_plan_drop_aliases (difference);
  pg_plan_drop_constraints (difference, TRUE);
  pg_plan_drop_constraints (difference, FALSE);
  if (!each_table (difference, change_table, error) || !create_tables (difference, error)
      || !each_table (difference, bind_keys, error)
      || !each_table (difference, bind_references_of, error))
    return FALSE;
  drop_tables (difference);
  pg_plan_create_aliases (difference);
  return TRUE;
}

gboolean
pg_difference_finish (PgDifference *difference, GError **error)
{
  return pg_plan_create_triggers (difference, error)
         && each_table (difference, finish_table, error)
         && each_table (difference, finish_references, error);
}
