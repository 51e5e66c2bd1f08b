/* SPDX-License-Identifier: Apache-2.0
 *
 * From one shape to another, table by table.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "model/constraint_match.h"
#include "model/error.h"
#include "model/generated_name.h"
#include "model/shape.h"
#include "model/table_name.h"

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

static gboolean
has_columns (const Table *table, const char *const *names)
{
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    if (table_find_column (table, names[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Triggers ---------------------------------------------------------------------- */

static gboolean
contains_trigger (const GPtrArray *triggers, const PgTrigger *trigger)
{
  for (guint i = 0; i < triggers->len; i++)
    if (pg_trigger_equal (triggers->pdata[i], trigger))
      return TRUE;
  return FALSE;
}

static gboolean
read_triggers (PgDifference *difference, GPtrArray *from, GPtrArray *to, GError **error)
{
  return pg_triggers (difference->step->id, difference->from, from, difference->arena,
                      error)
         && pg_triggers (difference->step->id, difference->to, to, difference->arena,
                         error);
}

static gboolean
loses_trigger (const GPtrArray *from, const GPtrArray *to, const char *table)
{
  for (guint i = 0; i < from->len; i++)
    {
      const PgTrigger *trigger = from->pdata[i];
      if (g_str_equal (trigger->table, table) && !contains_trigger (to, trigger))
        return TRUE;
    }
  return FALSE;
}

/* Who writes one of two tables that are kept in step holds its lock when the trigger asks
 * for the other one's.  If we hold that one we wait for each other: the server would
 * break it up after deadlock_timeout, a second, and fail whoever has waited that long. So
 * we give up long before. */
#define SECOND_LOCK_MS "100"

static void
lock_both (PgDifference *difference, const char *first, const char *second)
{
  pg_plan_statement (difference,
                     arena_printf (difference->arena,
                                   "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; SET LOCAL "
                                   "lock_timeout = " SECOND_LOCK_MS
                                   "; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE",
                                   pg_plan_table (difference, first),
                                   pg_plan_table (difference, second)));
}

/* First the table that applications go on writing, or write more. */
static void
lock_pairs (PgDifference *difference, const GPtrArray *from, const GPtrArray *to)
{
  for (guint i = 0; i < difference->from->table_syncs->len; i++)
    {
      const TableSync *sync = difference->from->table_syncs->pdata[i];
      if (!loses_trigger (from, to, sync->old_table)
          || !loses_trigger (from, to, sync->new_table))
        continue;
      if (database_find (difference->to, sync->new_table) != NULL)
        lock_both (difference, sync->new_table, sync->old_table);
      else
        lock_both (difference, sync->old_table, sync->new_table);
    }
  for (guint i = 0; i < difference->from->lookup_syncs->len; i++)
    {
      const LookupSync *sync = difference->from->lookup_syncs->pdata[i];
      const char *source = sync->lookup->from_table;
      if (!g_str_equal (source, sync->table) && loses_trigger (from, to, sync->table)
          && loses_trigger (from, to, source))
        lock_both (difference, source, sync->table);
    }
}

gboolean
pg_plan_drop_triggers (PgDifference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  Arena *arena = difference->arena;

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  lock_pairs (difference, from, to);
  for (guint i = 0; i < from->len; i++)
    {
      const PgTrigger *trigger = from->pdata[i];
      if (contains_trigger (to, trigger))
        continue;
      const PgDetail detail
          = { .kind = PG_UNSYNC, .table = trigger->table, .trigger = trigger };
      pg_plan_change (
          difference, &detail, LOCK_CLASS_EXCLUSIVE,
          arena_printf (arena,
                        "DROP TRIGGER IF EXISTS %s ON %s; DROP FUNCTION IF EXISTS %s()",
                        trigger->name, pg_plan_table (difference, trigger->table),
                        pg_trigger_function (trigger, trigger->table, arena)));
    }
  return TRUE;
}

gboolean
pg_plan_create_triggers (PgDifference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  Arena *arena = difference->arena;

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  for (guint i = 0; i < to->len; i++)
    {
      const PgTrigger *trigger = to->pdata[i];
      const PgDetail detail = { .kind = PG_SYNC,
                                .table = trigger->table,
                                .shape = difference->to,
                                .trigger = trigger };
      if (!contains_trigger (from, trigger))
        pg_plan_change (
            difference, &detail, LOCK_CLASS_WRITE,
            arena_printf (
                arena, "%s; %s",
                pg_trigger_function_sql (trigger, trigger->table, "pg_catalog, …", arena),
                pg_trigger_create_sql (trigger, trigger->table, arena)));
    }
  return TRUE;
}

/* Second names ------------------------------------------------------------------ */

void
pg_plan_drop_aliases (PgDifference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      const Table *after = pg_plan_counterpart (difference->to, table);
      if (table->alias != NULL && !table_alias_equal (table, after))
        pg_plan_change (
            difference,
            &(PgDetail){ .kind = PG_UNALIAS, .table = table->name, .to = table->alias },
            LOCK_CLASS_EXCLUSIVE,
            arena_printf (difference->arena, "DROP VIEW IF EXISTS %s",
                          pg_plan_table (difference, table->alias)));
    }
}

void
pg_plan_create_aliases (PgDifference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      const Table *before = pg_plan_counterpart (difference->from, table);
      const PgDetail detail
          = { .kind = PG_ALIAS, .table = table->name, .to = table->alias };
      if (table->alias == NULL || table_alias_equal (before, table))
        continue;
      pg_plan_change (difference, &detail, LOCK_CLASS_NONE,
                      arena_printf (difference->arena,
                                    "CREATE VIEW %s AS SELECT * FROM %s",
                                    pg_plan_table (difference, table->alias),
                                    pg_plan_table (difference, table->name)));
    }
}

/* Constraints ----------------------------------------------------------------- */

static gboolean
is_key (const Constraint *constraint)
{
  return constraint->kind == CONSTRAINT_UNIQUE
         || constraint->kind == CONSTRAINT_PRIMARY_KEY;
}

static gboolean
goes (const Table *from, const Table *to, const Constraint *constraint)
{
  return !constraint_is_in (constraint, to)
         && !pg_plan_is_carried (from, to, constraint->name, constraint->columns);
}

static gboolean
comes (const Table *from, const Table *to, const Constraint *constraint)
{
  const Constraint *old = table_find_constraint (from, constraint->name);

  return !constraint_is_in (constraint, from)
         && !constraint_comes_by_rename (from, to, constraint)
         && (old == NULL || !pg_plan_is_carried (from, to, old->name, old->columns));
}

void
pg_plan_drop_constraint (PgDifference *difference, const Table *from, const Table *to,
                         const Constraint *constraint)
{
  Arena *arena = difference->arena;
  gboolean renamed = constraint_is_renamed (from, to, constraint);
  const PgDetail detail
      = { .kind = renamed ? PG_RENAME_CONSTRAINT : PG_DROP_CONSTRAINT,
          .table = from->name,
          .shape = difference->from,
          .constraint = constraint,
          .to = renamed ? constraint_renamed_to (from, to, constraint)->name : NULL };
  const char *table = pg_plan_table (difference, from->name);
  const char *name = pg_plan_name (difference, constraint->name);

  pg_plan_change (
      difference, &detail, LOCK_CLASS_EXCLUSIVE,
      renamed ? arena_printf (arena, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table,
                              name, pg_plan_name (difference, detail.to))
              : arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT %s", table, name));
}

/* Foreign keys first: they hold the keys they refer to. */
static void
drop_constraints (PgDifference *difference, gboolean foreign)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *from = difference->from->tables->pdata[i];
      const Table *to = pg_plan_counterpart (difference->to, from);
      for (guint j = 0; to != NULL && j < from->constraints->len; j++)
        {
          const Constraint *constraint = from->constraints->pdata[j];
          if ((constraint->kind == CONSTRAINT_FOREIGN_KEY) == foreign
              && goes (from, to, constraint))
            pg_plan_drop_constraint (difference, from, to, constraint);
        }
    }
}

/* The name under which something is built while its own one is taken. */
static const char *
aside_name (const PgDifference *difference, const Table *from, const char *name)
{
  gboolean taken = table_find_constraint (from, name) != NULL
                   || table_find_index (from, name) != NULL;

  return taken ? generated_name (difference->arena,
                                 arena_printf (difference->arena, "zdm_aside_%s", name))
               : name;
}

static void
build_index (PgDifference *difference, const Table *table, const char *name,
             gboolean unique, const char *body)
{
  Arena *arena = difference->arena;
  const PgDetail detail = { .kind = PG_INDEX,
                            .table = table->name,
                            .shape = difference->to,
                            .name = name,
                            .unique = unique,
                            .text = body };
  Action *action = pg_difference_add (
      difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INDEX,
      arena_printf (arena, "CREATE %sINDEX CONCURRENTLY %s ON %s %s",
                    unique ? "UNIQUE " : "", pg_plan_name (difference, name),
                    pg_plan_table (difference, table->name), body));

  action->transaction = ACTION_NO_TRANSACTION;
}

static void
attach_key (PgDifference *difference, const Table *from, const Table *to,
            const Constraint *key)
{
  Arena *arena = difference->arena;
  const char *index = aside_name (difference, from, key->name);
  const PgDetail detail = { .kind = PG_ATTACH,
                            .table = to->name,
                            .shape = difference->to,
                            .constraint = key,
                            .name = index };

  pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                  arena_printf (arena,
                                "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s",
                                pg_plan_table (difference, to->name),
                                pg_plan_name (difference, key->name),
                                key->kind == CONSTRAINT_UNIQUE ? "UNIQUE" : "PRIMARY KEY",
                                pg_plan_name (difference, index)));
}

gboolean
pg_plan_add_constraint (PgDifference *difference, const Table *to,
                        const Constraint *constraint, gboolean in_change, GError **error)
{
  Arena *arena = difference->arena;
  const char *body = postgres_constraint_body (to, constraint, arena, error);
  const PgDetail detail = { .kind = PG_ADD_CONSTRAINT,
                            .table = to->name,
                            .shape = difference->to,
                            .constraint = constraint,
                            .text = body };

  if (body == NULL)
    return FALSE;
  LockClass lock = constraint->kind == CONSTRAINT_FOREIGN_KEY ? LOCK_CLASS_WRITE
                                                              : LOCK_CLASS_EXCLUSIVE;
  const char *sql = arena_printf (arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                                  pg_plan_table (difference, to->name),
                                  pg_plan_name (difference, constraint->name), body);
  if (in_change)
    pg_plan_change (difference, &detail, lock, sql);
  else
    pg_difference_add (difference, &detail, lock, ACTION_COST_INSTANT, sql);
  return TRUE;
}

void
pg_plan_validate (PgDifference *difference, const Table *table,
                  const Constraint *constraint, const char *name)
{
  const PgDetail detail = { .kind = PG_VALIDATE,
                            .table = table->name,
                            .shape = difference->to,
                            .constraint = constraint,
                            .to = name };

  pg_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_SCAN,
                     arena_printf (difference->arena,
                                   "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, name)));
}

/* Whether a check or foreign key can stand before the change: its columns, and the key it
 * refers to, are there already, and nothing of its name. */
static gboolean
can_precede (const PgDifference *difference, const Table *from,
             const Constraint *constraint)
{
  const Table *parent
      = constraint->kind == CONSTRAINT_FOREIGN_KEY
            ? database_find (difference->from, constraint->references_table)
            : NULL;
  const Table *later
      = parent != NULL ? pg_plan_counterpart (difference->to, parent) : NULL;

  return table_find_constraint (from, constraint->name) == NULL
         && has_columns (from, constraint->columns)
         && (constraint->kind != CONSTRAINT_FOREIGN_KEY
             || (parent != NULL && later != NULL
                 && has_columns (parent, constraint->references_columns)
                 && parent->constraints->len == later->constraints->len));
}

/* Whether the key that it refers to is there within the change: not when its columns come
 * only then, and have to be filled. */
static gboolean
key_is_ready (const PgDifference *difference, const Constraint *constraint)
{
  const Table *parent
      = constraint->kind == CONSTRAINT_FOREIGN_KEY
            ? database_find (difference->from, constraint->references_table)
            : NULL;

  return parent == NULL || has_columns (parent, constraint->references_columns);
}

/* NOT NULL ---------------------------------------------------------------------- */

static const char *
proof_name (const PgDifference *difference, const char *column)
{
  return generated_name (difference->arena,
                         arena_printf (difference->arena, "zdm_not_null_%s", column));
}

/* The server believes a validated check, and does not scan for NOT NULL:
 * https://www.postgresql.org/docs/15/sql-altertable.html */
void
pg_plan_prove_not_null (PgDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;
  const char *name = proof_name (difference, column);
  Constraint *proof = arena_new0 (arena, Constraint);
  const char *body
      = arena_printf (arena, "CHECK (%s IS NOT NULL)", pg_plan_name (difference, column));

  proof->kind = CONSTRAINT_CHECK;
  proof->name = name;
  const PgDetail detail = { .kind = PG_ADD_CONSTRAINT,
                            .table = table->name,
                            .shape = difference->to,
                            .column = column,
                            .constraint = proof,
                            .to = name,
                            .text = body,
                            .back = difference->back };
  pg_difference_add (difference, &detail, LOCK_CLASS_EXCLUSIVE, ACTION_COST_INSTANT,
                     arena_printf (arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, name), body));
  PgDetail validation = detail;
  validation.kind = PG_VALIDATE;
  pg_difference_add (difference, &validation, LOCK_CLASS_NONE, ACTION_COST_SCAN,
                     arena_printf (arena, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, name)));
}

static void
set_not_null (PgDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;
  const char *name = pg_plan_table (difference, table->name);

  pg_plan_statement (difference,
                     arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                                   name, pg_plan_name (difference, column)));
  pg_plan_statement (
      difference,
      arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", name,
                    pg_plan_name (difference, proof_name (difference, column))));
}

static gboolean
becomes_not_null (const Column *was, const Column *is)
{
  return was != NULL && was->nullable && !is->nullable;
}

/* Indexes --------------------------------------------------------------------- */

static gboolean
has_same_index (const Table *table, const Index *index)
{
  const Index *other = table != NULL ? table_find_index (table, index->name) : NULL;

  return other != NULL && index_equal (other, index);
}

static const char *const *
index_columns (const PgDifference *difference, const Index *index)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column != NULL)
      g_ptr_array_add (names, (gpointer) index->parts[i].column);
  return arena_ptr_array (difference->arena, names);
}

static void
drop_indexes (PgDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < from->indexes->len; i++)
    {
      const Index *index = from->indexes->pdata[i];
      if (has_same_index (to, index)
          || pg_plan_is_carried (from, to, index->name,
                                 index_columns (difference, index)))
        continue;
      pg_plan_change (
          difference,
          &(PgDetail){ .kind = PG_DROP_INDEX, .table = from->name, .name = index->name },
          LOCK_CLASS_EXCLUSIVE,
          arena_printf (difference->arena, "DROP INDEX IF EXISTS %s",
                        postgres_beside (difference->arena, from->name, index->name)));
    }
}

static gboolean
index_comes (PgDifference *difference, const Table *from, const Table *to,
             const Index *index)
{
  const Index *old = table_find_index (from, index->name);

  return !has_same_index (from, index)
         && (old == NULL
             || !pg_plan_is_carried (from, to, old->name,
                                     index_columns (difference, old)));
}

static void
place_index (PgDifference *difference, const Table *from, const Table *to,
             const Index *index)
{
  const char *aside = aside_name (difference, from, index->name);
  const PgDetail detail = { .kind = PG_PLACE_INDEX,
                            .table = to->name,
                            .shape = difference->to,
                            .name = aside,
                            .to = index->name };

  if (!g_str_equal (aside, index->name))
    pg_plan_change (difference, &detail, LOCK_CLASS_WRITE,
                    arena_printf (difference->arena, "ALTER INDEX %s RENAME TO %s",
                                  postgres_beside (difference->arena, to->name, aside),
                                  pg_plan_name (difference, index->name)));
}

/* Columns --------------------------------------------------------------------- */

static gboolean
same_default (const Column *a, const Column *b)
{
  if (a->default_kind != b->default_kind)
    return FALSE;
  if (a->default_kind == DEFAULT_VALUE)
    return value_equal (&a->default_value, &b->default_value);
  return a->default_kind == DEFAULT_NONE
         || engine_text_equal (a->default_expression, b->default_expression);
}

/* The other one of the two columns of a rename; NULL: it is none of them. */
static const char *
other_name (const Sync *sync, const char *name)
{
  if (sync->purpose != SYNC_FOR_RENAME)
    return NULL;
  if (name_list_contains (sync->new_columns, name))
    return sync->old_columns[0];
  return name_list_contains (sync->old_columns, name) ? sync->new_columns[0] : NULL;
}

/* The live column that the added one is to be like: in a rename, and on the way back over
 * one, it takes that one's own exact type. */
static const char *
source_of_type (const Table *to, const Column *column)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const char *name = other_name (to->syncs->pdata[i], column->name);
      const Column *other = name != NULL ? table_find_column (to, name) : NULL;
      if (other != NULL && type_spec_equal (&other->type, &column->type))
        return other->name;
    }
  return NULL;
}

static gboolean
set_default (PgDifference *difference, const Table *table, const Column *column,
             GError **error)
{
  Arena *arena = difference->arena;
  const char *text;

  if (!postgres_default_text (column, arena, &text, error))
    return FALSE;
  const char *what
      = text != NULL ? arena_printf (arena, "SET DEFAULT %s", text) : "DROP DEFAULT";
  pg_plan_statement (difference,
                     arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s %s",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, column->name), what));
  return TRUE;
}

static void
add_enum (PgDifference *difference, const Table *table, const Column *column,
          const char *values)
{
  Arena *arena = difference->arena;
  Constraint *check = arena_new0 (arena, Constraint);

  check->kind = CONSTRAINT_CHECK;
  check->name = postgres_enum_name (table->name, column->name, arena);
  const char *body = arena_printf (arena, "CHECK (%s)", values);
  const PgDetail detail = { .kind = PG_ADD_CONSTRAINT,
                            .table = table->name,
                            .shape = difference->to,
                            .constraint = check,
                            .text = body };
  pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                  arena_printf (arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                                pg_plan_table (difference, table->name),
                                pg_plan_name (difference, check->name), body));
}

static gboolean
refuse_identity (const Table *to, const Column *column, GError **error)
{
  if (column->identity == IDENTITY_NONE)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s': PostgreSQL rewrites the table to add an identity, "
               "and everybody waits; create the table with it",
               column->name, to->name);
  return FALSE;
}

/* A default that has to be computed for each row would rewrite the table: rows that are
 * there stay null, and a backfill fills them. */
static gboolean
add_column (PgDifference *difference, const Table *to, const Column *column,
            GError **error)
{
  Arena *arena = difference->arena;
  Column *plain = column_copy (arena, column);
  gboolean computed = column->default_kind == DEFAULT_EXPRESSION;

  if (!refuse_identity (to, column, error))
    return FALSE;
  /* On the way back the rows are filled first. */
  plain->nullable = column->nullable || computed || difference->back;
  if (computed)
    plain->default_kind = DEFAULT_NONE;
  const char *definition = postgres_column_text (plain, arena, error);
  if (definition == NULL)
    return FALSE;
  const PgDetail detail = { .kind = PG_ADD_COLUMN,
                            .table = to->name,
                            .shape = difference->to,
                            .column = column->name,
                            .like = source_of_type (to, column),
                            .text = definition };
  const char *sql = arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s%s",
                                  pg_plan_table (difference, to->name),
                                  difference->back ? "IF NOT EXISTS " : "", definition);
  pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE, sql);
  const char *values = postgres_enum_check (column, arena);
  if (values != NULL)
    add_enum (difference, to, column, values);
  /* A column that is like another one comes without a default. */
  gboolean regains
      = difference->back && detail.like != NULL && column->default_kind == DEFAULT_VALUE;
  if ((computed || regains) && !set_default (difference, to, column, error))
    return FALSE;
  if (!column->nullable && plain->nullable && !difference->back)
    set_not_null (difference, to, column->name);
  return TRUE;
}

/* On the way back the primary key and the identity of a column that was renamed are still
 * its own when the old one is made: it stays NOT NULL until they are given back. */
static gboolean
is_bound_still (const PgDifference *difference, const Table *from, const Table *to,
                const char *column)
{
  const char *other = difference->back ? pg_plan_moved_to (from, to, column) : NULL;

  return other != NULL && table_find_column (from, other) == NULL;
}

static void
relax (PgDifference *difference, const Table *table, const char *column)
{
  pg_plan_statement (difference,
                     arena_printf (difference->arena,
                                   "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, column)));
}

static gboolean
change_column (PgDifference *difference, const Table *from, const Table *table,
               const Column *was, const Column *is, GError **error)
{
  Arena *arena = difference->arena;
  const char *name = pg_plan_table (difference, table->name);
  const char *column = pg_plan_name (difference, is->name);
  const char *old_values = postgres_enum_check (was, arena);
  const char *new_values = postgres_enum_check (is, arena);
  const char *type = postgres_column_type (is, arena);

  if (!was->nullable && is->nullable
      && !is_bound_still (difference, from, table, is->name))
    relax (difference, table, is->name);
  if (old_values != NULL && g_strcmp0 (old_values, new_values) != 0)
    pg_plan_statement (
        difference,
        arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", name,
                      pg_plan_name (difference,
                                    postgres_enum_name (table->name, is->name, arena))));
  if (!g_str_equal (postgres_column_type (was, arena), type))
    {
      Action *action = pg_plan_statement (
          difference, arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s TYPE %s", name,
                                    column, type));
      if (!type_widens (&was->type, &is->type))
        action->cost = ACTION_COST_REWRITE;
    }
  if (new_values != NULL && g_strcmp0 (old_values, new_values) != 0)
    add_enum (difference, table, is, new_values);
  return same_default (was, is) || set_default (difference, table, is, error);
}

static gboolean
change_columns (PgDifference *difference, const Table *from, const Table *to,
                GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (!(was != NULL ? change_column (difference, from, to, was, is, error)
                        : add_column (difference, to, is, error)))
        return FALSE;
    }
  return TRUE;
}

static void
drop_columns (PgDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (from); i++)
    {
      const Column *column = table_column (from, i);
      if (table_find_column (to, column->name) != NULL)
        continue;
      const PgDetail detail = { .kind = PG_DROP_COLUMN,
                                .table = from->name,
                                .shape = difference->from,
                                .column = column->name };
      Action *action = pg_plan_change (
          difference, &detail, LOCK_CLASS_EXCLUSIVE,
          arena_printf (difference->arena, "ALTER TABLE %s DROP COLUMN IF EXISTS %s",
                        pg_plan_table (difference, from->name),
                        pg_plan_name (difference, column->name)));
      action->loses_data = TRUE;
    }
}

/* Tables ---------------------------------------------------------------------- */

static gboolean
create_table (PgDifference *difference, const Table *table, GError **error)
{
  Arena *arena = difference->arena;
  const char *text = postgres_create_table_text (table, arena, error);

  if (text == NULL)
    return FALSE;
  pg_plan_change (difference, NULL, LOCK_CLASS_NONE, text);
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
      if (becomes_not_null (table_find_column (from, is->name), is))
        pg_plan_prove_not_null (difference, from, is->name);
    }
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (!comes (from, to, constraint) || !has_columns (from, constraint->columns))
        continue;
      if (is_key (constraint))
        build_index (
            difference, from, aside_name (difference, from, constraint->name), TRUE,
            arena_printf (difference->arena, "(%s)",
                          postgres_names (difference->arena, "", constraint->columns)));
      else if (can_precede (difference, from, constraint))
        {
          if (!pg_plan_add_constraint (difference, to, constraint, FALSE, error))
            return FALSE;
          pg_plan_validate (difference, from, constraint, constraint->name);
        }
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (!index_comes (difference, from, to, index)
          || !has_columns (from, index_columns (difference, index)))
        continue;
      const char *body = postgres_index_body (index, difference->arena, error);
      if (body == NULL)
        return FALSE;
      build_index (difference, from, aside_name (difference, from, index->name),
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
  drop_indexes (difference, from, to);
  if (!change_columns (difference, from, to, error))
    return FALSE;
  drop_columns (difference, from, to);
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (becomes_not_null (table_find_column (from, is->name), is))
        set_not_null (difference, to, is->name);
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
          || !comes (from, to, constraint))
        continue;
      if (is_key (constraint))
        {
          if (has_columns (from, constraint->columns))
            attach_key (difference, from, to, constraint);
        }
      else if (!can_precede (difference, from, constraint)
               && key_is_ready (difference, constraint)
               && !pg_plan_add_constraint (difference, to, constraint, TRUE, error))
        return FALSE;
    }
  for (guint i = 0; !foreign && i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (index_comes (difference, from, to, index)
          && has_columns (from, index_columns (difference, index)))
        place_index (difference, from, to, index);
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
        pg_plan_validate (difference, to, NULL,
                          postgres_enum_name (to->name, is->name, arena));
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
      set_not_null (difference, to, is->name);
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
          && is_bound_still (difference, from, to, is->name))
        relax (difference, to, is->name);
    }
  difference->in_change = FALSE;
}

static void
finish_key (PgDifference *difference, const Table *from, const Table *to,
            const Constraint *key)
{
  build_index (difference, to, aside_name (difference, from, key->name), TRUE,
               arena_printf (difference->arena, "(%s)",
                             postgres_names (difference->arena, "", key->columns)));
  difference->in_change = FALSE;
  attach_key (difference, from, to, key);
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
      if (comes (from, to, constraint) && is_key (constraint)
          && !has_columns (from, constraint->columns))
        finish_key (difference, from, to, constraint);
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (!index_comes (difference, from, to, index)
          || has_columns (from, index_columns (difference, index)))
        continue;
      const char *body = postgres_index_body (index, difference->arena, error);
      if (body == NULL)
        return FALSE;
      build_index (difference, to, index->name, index->unique, body);
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
      if (!comes (from, to, constraint) || is_key (constraint)
          || can_precede (difference, from, constraint))
        continue;
      difference->in_change = FALSE;
      if (!key_is_ready (difference, constraint)
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
  drop_constraints (difference, TRUE);
  drop_constraints (difference, FALSE);
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
