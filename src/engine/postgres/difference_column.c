/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns that come, change and go.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

#include "engine/postgres/create.h"
#include "model/error.h"
#include "model/generated_name.h"
#include "model/shape.h"

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

/* The half of a split to which the column has moved, on the way back over that: in it the
 * column still has the type that it had; NULL: it has not moved. */
static const char *
moved_to_half (const PgDifference *difference, const Table *to, const Column *column)
{
  const GPtrArray *syncs = difference->to->table_syncs;

  for (guint i = 0; difference->back && i < syncs->len; i++)
    {
      const TableSync *sync = syncs->pdata[i];
      const Table *half = database_find (difference->from, sync->new_table);
      const Column *moved = g_str_equal (sync->old_table, to->name)
                                    && name_list_contains (sync->columns, column->name)
                                    && half != NULL
                                ? table_find_column (half, column->name)
                                : NULL;
      if (moved != NULL && type_spec_equal (&moved->type, &column->type))
        return half->name;
    }
  return NULL;
}

/* Whether it gets its default back by itself: one that was renamed, or got another type,
 * has it on the column that has taken its place. */
static gboolean
comes_back_alone (const PgDifference *difference, const Table *to, const Column *column)
{
  const Sync *sync = table_sync_of_old (to, column->name);

  return difference->back && table_sync_of_new (to, column->name) == NULL
         && (sync == NULL || sync->purpose == SYNC_FOR_COPY)
         && moved_to_half (difference, to, column) == NULL;
}

/* A native type may say its collation itself. */
static gboolean
can_be_sorted (const Column *column)
{
  return column_type_is_text (column->type.base) && column->native == NULL;
}

/* The live column whose collation one has that takes its place with another type. */
static const char *
source_of_collation (const Table *to, const Column *column)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->purpose != SYNC_FOR_SHADOW || !can_be_sorted (column)
          || column->collate != NULL)
        continue;
      if (name_list_contains (sync->new_columns, column->name))
        return sync->old_columns[0];
      if (name_list_contains (sync->old_columns, column->name))
        return sync->new_columns[0];
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
  const char *sql = arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s %s",
                                  pg_plan_table (difference, table->name),
                                  pg_plan_name (difference, column->name), what);
  const PgDetail detail = { .kind = PG_SET_DEFAULT,
                            .table = table->name,
                            .shape = difference->to,
                            .column = column->name,
                            .back = TRUE };
  if (difference->back)
    pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE, sql);
  else
    pg_plan_statement (difference, sql);
  return TRUE;
}

static void
add_enum (PgDifference *difference, const Table *table, const Column *column,
          const char *values, gboolean comes)
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
                            .enum_column = comes ? column->name : NULL,
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
  const char *half = moved_to_half (difference, to, column);
  const PgDetail detail
      = { .kind = PG_ADD_COLUMN,
          .table = to->name,
          .shape = difference->to,
          .column = column->name,
          .like = half != NULL ? column->name : source_of_type (to, column),
          .like_table = half,
          .sorted_like = source_of_collation (to, column),
          .text = definition,
          .back = comes_back_alone (difference, to, column) };
  const char *sql = arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s%s",
                                  pg_plan_table (difference, to->name),
                                  difference->back ? "IF NOT EXISTS " : "", definition);
  pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE, sql);
  const char *values = postgres_enum_check (column, arena);
  if (values != NULL)
    add_enum (difference, to, column, values, TRUE);
  /* A column that is like another one comes without a default. */
  gboolean regains
      = difference->back && detail.like != NULL && column->default_kind == DEFAULT_VALUE;
  if ((computed || regains) && !set_default (difference, to, column, error))
    return FALSE;
  if (!column->nullable && plain->nullable && !difference->back)
    pg_plan_set_not_null (difference, to, column->name);
  return TRUE;
}

/* On the way back the primary key and the identity of a column that was renamed are still
 * its own when the old one is made: it stays NOT NULL until they are given back. */
gboolean
pg_plan_is_bound_still (const PgDifference *difference, const Table *from,
                        const Table *to, const char *column)
{
  const char *other = difference->back ? pg_plan_moved_to (from, to, column) : NULL;

  return other != NULL && table_find_column (from, other) == NULL;
}

void
pg_plan_relax_column (PgDifference *difference, const Table *table, const char *column)
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
      && !pg_plan_is_bound_still (difference, from, table, is->name))
    pg_plan_relax_column (difference, table, is->name);
  if (old_values != NULL && g_strcmp0 (old_values, new_values) != 0)
    pg_plan_statement (
        difference,
        arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", name,
                      pg_plan_name (difference,
                                    postgres_enum_name (table->name, is->name, arena))));
  if (!g_str_equal (postgres_column_type (was, arena), type))
    {
      const PgDetail detail = { .kind = PG_RETYPE,
                                .table = table->name,
                                .shape = difference->to,
                                .column = is->name,
                                .sorted_like = can_be_sorted (is) ? is->name : NULL };
      Action *action
          = pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                            arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s TYPE %s",
                                          name, column, type));
      if (!type_widens (&was->type, &is->type))
        action->cost = ACTION_COST_REWRITE;
    }
  if (new_values != NULL && g_strcmp0 (old_values, new_values) != 0)
    add_enum (difference, table, is, new_values, FALSE);
  return same_default (was, is) || set_default (difference, table, is, error);
}

gboolean
pg_plan_change_columns (PgDifference *difference, const Table *from, const Table *to,
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

void
pg_plan_drop_columns (PgDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (from); i++)
    {
      const Column *column = table_column (from, i);
      if (table_find_column (to, column->name) != NULL)
        continue;
      const PgDetail detail
          = { .kind = PG_DROP_COLUMN,
              .table = from->name,
              .shape = difference->from,
              .column = column->name,
              .tag = migration_tag (difference->arena, difference->step->id) };
      Action *action = pg_plan_change (
          difference, &detail, LOCK_CLASS_EXCLUSIVE,
          arena_printf (difference->arena, "ALTER TABLE %s DROP COLUMN IF EXISTS %s",
                        pg_plan_table (difference, from->name),
                        pg_plan_name (difference, column->name)));
      action->loses_data = TRUE;
    }
}
