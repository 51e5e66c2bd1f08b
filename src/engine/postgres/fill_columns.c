/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills that set columns: mirrors, defaults, copies, lookups, and what is given back.
 */
#include "config.h"

#include "engine/postgres/create.h"
#include "engine/postgres/fill.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "engine/sql/lookup_sql.h"
#include "model/error.h"

static gboolean
assign_transforms (PgFill *fill, const BoundBackfill *bound, PgAssignments *assignments,
                   GError **error)
{
  assignments->list = arena_new_array (fill->arena, PgAssignment, bound->n_targets + 1);
  assignments->n = bound->n_targets;
  for (guint i = 0; i < bound->n_targets; i++)
    {
      const Column *target = table_column (fill->table, bound->targets[i]);
      if (!pg_fill_call (fill, target->name, bound->transforms[i], bound->inputs,
                         bound->n_inputs, &assignments->list[i], error))
        return FALSE;
    }
  return TRUE;
}

/* The next range, and the columns in it. */
static gboolean
assign_next (PgFill *fill, const char *condition, const PgAssignments *assignments,
             gboolean lenient, GError **error)
{
  Walk walk;
  const char *range;

  if (!pg_walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine = pg_fill_next_range (fill, &walk, &range, error)
                  && (range == NULL
                      || pg_fill_assign (
                          fill, arena_printf (fill->arena, "%s AND %s", range, condition),
                          assignments->list, assignments->n, lenient, error));
  pg_fill_keep_place (fill, &walk);
  return fine;
}

/* Mirrors --------------------------------------------------------------------- */

static gboolean
guard_own (gpointer data, const char *column, const SqlExpression *in_trigger,
           SqlGuarded *guarded, GError **error)
{
  return pg_fill_own (data, column, in_trigger, guarded, error);
}

/* "the row is out of step", for the rows of the table. */
static const char *
out_of_step (PgFill *fill, const Sync *sync, GError **error)
{
  StepSql sql;

  if (!step_sql_init (&sql, &postgres_words, fill->table, sync,
                      arena_printf (fill->arena, "%s.", fill->quoted), FALSE, fill->arena,
                      error)
      || !sql_guard_sync (&postgres_words, fill->table, sync, &sql, guard_own, fill,
                          fill->arena, error))
    return NULL;
  return arena_printf (fill->arena, "NOT %s", step_sql_in_step (&sql));
}

/* A row may have moved from before the walk to behind it: one look at the whole table,
 * all of it at one moment, tells whether there has to be another pass. */
static gboolean
end_sync_pass (PgFill *fill, Walk *walk, const char *condition, GError **error)
{
  gboolean is_left;

  if (!postgres_finds (fill->connection,
                       arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s LIMIT 1",
                                     fill->quoted, condition),
                       &is_left, error))
    return FALSE;
  fill->progress->done = !is_left;
  if (is_left)
    walk_again (walk);
  return TRUE;
}

/* Who has been written is in step, or somebody undoes it: nobody else can write these
 * rows before this chunk is committed. */
static gboolean
expect_written (PgFill *fill, const char *rows, const PgAssignments *assignments,
                GError **error)
{
  const char *row;

  for (guint i = 0; i < WALK_TRIES; i++)
    {
      if (!pg_first_row (fill->connection, fill->live, rows, &row, fill->arena, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (!pg_fill_write (fill, rows, assignments->list, assignments->n, error))
        return FALSE;
    }
  return walk_refuse_undone (row, fill->table->name, assignments->list[0].column, error);
}

/* Who is out of step is to be written: there is nothing else to compare. */
static gboolean
sync_range (PgFill *fill, Walk *walk, const char *condition,
            const PgAssignments *assignments, GError **error)
{
  const char *range;

  if (!pg_walk_next_pages (walk, fill->connection, fill->live, fill->n_rows, &range,
                           fill->arena, error))
    return FALSE;
  if (range == NULL)
    return end_sync_pass (fill, walk, condition, error);
  const char *rows = arena_printf (fill->arena, "%s AND %s", range, condition);
  return pg_fill_check (fill, rows, assignments->list, assignments->n, error)
         && pg_fill_write (fill, rows, assignments->list, assignments->n, error)
         && (walk->pass < WALK_WATCHED_PASS
             || expect_written (fill, rows, assignments, error));
}

gboolean
pg_fill_sync (PgFill *fill, GError **error)
{
  PgAssignments assignments;
  BoundBackfill bound;
  Walk walk;

  if (!bind_backfill (fill->table, &fill->operation->backfill, fill->arena, &bound, error)
      || !assign_transforms (fill, &bound, &assignments, error))
    return FALSE;
  const char *out = out_of_step (fill, bound.sync, error);
  const char *where = pg_fill_where (fill, fill->operation->backfill.where, error);
  if (out == NULL || where == NULL
      || !pg_walk_init (&walk, fill->progress->position, error)
      || !pg_fill_quiet (fill, bound.sync, error))
    return FALSE;
  gboolean fine
      = sync_range (fill, &walk, arena_printf (fill->arena, "%s AND %s", where, out),
                    &assignments, error);
  pg_fill_keep_place (fill, &walk);
  return fine;
}

/* Defaults and copies ----------------------------------------------------------- */

static gboolean
has_default (const Column *column)
{
  return column->default_kind == DEFAULT_EXPRESSION
         || (column->default_kind == DEFAULT_VALUE
             && !value_is_null (&column->default_value));
}

/* The default as an operand of the column's type. */
static gboolean
default_value (PgFill *fill, const Column *column, const char **value, GError **error)
{
  if (!postgres_default_text (column, fill->arena, value, error))
    return FALSE;
  *value = arena_printf (fill->arena, "(%s)::%s", *value,
                         postgres_base_type (column->type.base));
  return TRUE;
}

gboolean
pg_fill_default (PgFill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  const Column *column = table_find_column (fill->table, backfill->columns[0]);
  const char *where = pg_fill_where (fill, backfill->where, error);

  if (where == NULL)
    return FALSE;
  fill->progress->done = TRUE;
  if (!has_default (column))
    return TRUE;
  const char *value;
  if (!default_value (fill, column, &value, error))
    return FALSE;
  const PgAssignments assignments
      = { .list = &(PgAssignment){ .column = column->name, .value = value }, .n = 1 };
  return assign_next (fill,
                      arena_printf (fill->arena, "%s AND %s IS NULL", where,
                                    pg_fill_column (fill, column->name)),
                      &assignments, FALSE, error);
}

gboolean
pg_fill_columns (PgFill *fill, GError **error)
{
  PgAssignments assignments;
  BoundBackfill bound;
  const char *where = pg_fill_where (fill, fill->operation->backfill.where, error);

  return where != NULL
         && bind_backfill (fill->table, &fill->operation->backfill, fill->arena, &bound,
                           error)
         && assign_transforms (fill, &bound, &assignments, error)
         && assign_next (fill, where, &assignments, FALSE, error);
}

/* Set --------------------------------------------------------------------------- */

static gboolean
assign_set (PgFill *fill, const NamedTransform *set, PgAssignments *assignments,
            GError **error)
{
  BoundSet bound;

  if (!bind_set (fill->table, set, fill->arena, &bound, error))
    return FALSE;
  assignments->list = arena_new_array (fill->arena, PgAssignment, bound.n + 1);
  assignments->n = bound.n;
  for (guint i = 0; i < bound.n; i++)
    if (!pg_fill_call (fill, table_column (fill->table, bound.columns[i])->name,
                       bound.transforms[i], &bound.columns[i], 1, &assignments->list[i],
                       error))
      return FALSE;
  return TRUE;
}

/* Which rows break the constraint that is to be repaired for. */
static const char *
breaking_rows (PgFill *fill, const Constraint *constraint, GError **error)
{
  if (constraint->kind == CONSTRAINT_NOT_NULL)
    return arena_printf (fill->arena, "%s IS NULL",
                         pg_fill_column (fill, constraint->columns[0]));
  const char *check = postgres_check_text (fill->table, constraint, fill->arena, error);
  return check != NULL ? arena_printf (fill->arena, "NOT coalesce((%s), true)", check)
                       : NULL;
}

gboolean
pg_fill_read_set (PgFill *fill, PgAssignments *assignments, const char **condition,
                  GError **error)
{
  const Operation *operation = fill->operation;
  gboolean is_repair = operation->kind == OPERATION_REPAIR;

  *condition = is_repair ? breaking_rows (fill, operation->constraint.constraint, error)
                         : pg_fill_where (fill, operation->rows.where, error);
  return *condition != NULL
         && assign_set (fill,
                        is_repair ? operation->constraint.repairs.repairs
                                  : operation->rows.set,
                        assignments, error);
}

gboolean
pg_fill_set (PgFill *fill, GError **error)
{
  const char *condition;
  PgAssignments assignments;

  if (!pg_fill_read_set (fill, &assignments, &condition, error))
    return FALSE;
  if (assignments.n == 0)
    {
      fill->progress->done = TRUE;
      return TRUE;
    }
  return assign_next (fill, condition, &assignments, FALSE, error);
}

/* From another table ------------------------------------------------------------ */

static gboolean
handle_missing (PgFill *fill, const SqlLookup *sql, const char *rows, GError **error)
{
  const char *missing = arena_printf (fill->arena, "%s AND %s", rows, sql->nothing);

  if (sql->bound.lookup->missing == LOOKUP_MISSING_NULL)
    return TRUE;
  if (sql->bound.lookup->missing == LOOKUP_MISSING_DELETE)
    return pg_fill_delete_rows (fill, missing, error);
  return pg_fill_refuse (
      fill, missing, fill->operation->backfill.columns[0],
      arena_printf (fill->arena, "nothing in '%s' matches", sql->bound.from->name),
      error);
}

static gboolean
look_up_range (PgFill *fill, const SqlLookup *sql, const char *why, const char *rows,
               GError **error)
{
  const PgAssignment assignment = {
    .column = fill->operation->backfill.columns[0],
    .value = sql->result.value,
    .valid = sql->result.valid,
    .why = why,
  };

  return pg_fill_wait (fill, rows, error) && handle_missing (fill, sql, rows, error)
         && pg_fill_assign (fill, rows, &assignment, 1, FALSE, error);
}

/* @why: gets the text of why SQL of the user's fails; NULL: it is not known to */
static gboolean
guard_lookup (PgFill *fill, SqlLookup *sql, const char **why, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  SqlLookup trigger = { .words = &postgres_words, .row = "NEW." };
  SqlGuarded guarded = { .expression = sql->value };

  *why = NULL;
  if (!bound_transform_needs_database (sql->bound.transform))
    return TRUE;
  if (!sql_lookup_init (&trigger, fill->detail->shape, fill->table->name,
                        backfill->columns[0], backfill->lookup, backfill->transform,
                        fill->arena, error)
      || !pg_fill_own (fill, backfill->columns[0], &trigger.value, &guarded, error))
    return FALSE;
  sql_lookup_set_value (sql, &guarded.expression, fill->arena);
  *why = guarded.why;
  return TRUE;
}

gboolean
pg_fill_lookup (PgFill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  SqlLookup sql = { .words = &postgres_words };
  const char *range, *why, *where = pg_fill_where (fill, backfill->where, error);
  Walk walk;

  if (where == NULL
      || !sql_lookup_init (&sql, fill->detail->shape, fill->table->name,
                           backfill->columns[0], backfill->lookup, backfill->transform,
                           fill->arena, error)
      || !guard_lookup (fill, &sql, &why, error)
      || !pg_walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine = pg_fill_next_range (fill, &walk, &range, error)
                  && (range == NULL
                      || look_up_range (
                          fill, &sql, why,
                          arena_printf (fill->arena, "%s AND %s", range, where), error));
  pg_fill_keep_place (fill, &walk);
  return fine;
}

/* Given back -------------------------------------------------------------------- */

static gboolean
refill_from_sync (PgFill *fill, const Table *before, const char *column,
                  PgAssignment *assignment, GError **error)
{
  for (guint i = 0; i < before->syncs->len; i++)
    {
      const Sync *sync = before->syncs->pdata[i];
      guint index = 0;
      if (sync->backward == NULL || !name_list_contains (sync->old_columns, column))
        continue;
      while (!g_str_equal (sync->old_columns[index], column))
        index++;
      const guint *inputs
          = bind_columns (fill->table, sync->new_columns, fill->arena, error);
      return inputs != NULL
             && pg_fill_call (fill, column, sync->backward[index], inputs,
                              g_strv_length ((char **) sync->new_columns), assignment,
                              error);
    }
  return TRUE;
}

static void
refill_from_split (PgFill *fill, const Table *before, const char *column,
                   PgAssignment *assignment)
{
  const Database *database = fill->detail->before;

  for (guint i = 0; i < database->table_syncs->len; i++)
    {
      const TableSync *sync = database->table_syncs->pdata[i];
      g_autoptr (GString) match = g_string_new (NULL);
      if (!g_str_equal (sync->old_table, before->name)
          || !name_list_contains (sync->columns, column)
          || database_find (fill->detail->shape, sync->new_table) == NULL)
        continue;
      for (guint j = 0; sync->key[j] != NULL; j++)
        g_string_append_printf (match, "%szdm_half.%s = %s", j > 0 ? " AND " : "",
                                postgres_identifier (fill->arena, sync->key[j]),
                                pg_fill_column (fill, sync->key[j]));
      assignment->value = arena_printf (
          fill->arena, "(SELECT zdm_half.%s FROM %s AS zdm_half WHERE %s)",
          postgres_identifier (fill->arena, column),
          postgres_table (fill->arena, sync->new_table), match->str);
    }
}

static gboolean
refill_from_backward (PgFill *fill, const Table *before, const char *column,
                      PgAssignment *assignment, GError **error)
{
  const NamedTransform *backward = fill->operation->drop_column.backward;

  for (; backward != NULL && backward->column != NULL; backward++)
    {
      BoundRowTransform bound;
      if (!g_str_equal (backward->column, column))
        continue;
      if (!bind_row_transform (before, column, backward->transform, fill->arena, &bound,
                               error))
        return FALSE;
      const guint *inputs
          = bind_columns (fill->table, bound.input_names, fill->arena, error);
      return inputs != NULL
             && pg_fill_call (fill, column, bound.transform, inputs, bound.n_inputs,
                              assignment, error);
    }
  return TRUE;
}

/* It is there again, with the column. */
static const char *
undeclared_default (const PgFill *fill, const Column *column)
{
  const PgColumn *live = pg_find_column (fill->live, column->name);

  return arena_printf (fill->arena, "(%s)::%s",
                       live != NULL && live->default_text != NULL ? live->default_text
                                                                  : "NULL",
                       postgres_base_type (column->type.base));
}

static gboolean
refill_value (PgFill *fill, const Table *before, const Column *column,
              PgAssignment *assignment, GError **error)
{
  *assignment = (PgAssignment){ .column = column->name };
  if (!refill_from_sync (fill, before, column->name, assignment, error))
    return FALSE;
  if (assignment->value == NULL)
    refill_from_split (fill, before, column->name, assignment);
  if (assignment->value == NULL
      && !refill_from_backward (fill, before, column->name, assignment, error))
    return FALSE;
  if (assignment->value == NULL && has_default (column))
    return default_value (fill, column, &assignment->value, error);
  if (assignment->value == NULL)
    assignment->value = undeclared_default (fill, column);
  return TRUE;
}

/* @detail->shape is the tables without the columns, where their values come from; the
 * columns themselves are of the other side. */
gboolean
pg_fill_refill (PgFill *fill, GError **error)
{
  const char *const *columns = fill->operation->drop_column.columns;
  const Table *before = database_find (fill->detail->before, fill->detail->table);
  guint n = g_strv_length ((char **) columns), n_found = 0;
  PgAssignment *list = arena_new_array (fill->arena, PgAssignment, n + 1);

  for (guint i = 0; i < n; i++)
    {
      const Column *column = table_find_column (before, columns[i]);
      if (column == NULL)
        continue; /* it was not there to be dropped */
      if (!refill_value (fill, before, column, &list[n_found], error))
        return FALSE;
      n_found++;
    }
  const PgAssignments assignments = { .list = list, .n = n_found };
  fill->table = before;
  fill->progress->done = TRUE;
  return n_found == 0 || assign_next (fill, "true", &assignments, TRUE, error);
}
