/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills that set columns: mirrors, defaults, copies, and what is given back.
 */
#include "config.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/fill.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "model/bind.h"

/* A bound list of assignments. */
typedef struct
{
  MariaAssignment *list;
  guint n;
} Assignments;

/* One look at the whole table, all of it at one moment and without a lock, tells whether
 * there has to be another pass. */
static gboolean
end_pass (MariaFill *fill, Walk *walk, const char *condition, GError **error)
{
  gboolean is_left;

  if (!mariadb_finds (fill->connection,
                      arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s LIMIT 1",
                                    fill->live->quoted, condition),
                      &is_left, error))
    return FALSE;
  fill->progress->done = !is_left;
  if (is_left)
    walk_again (walk);
  return TRUE;
}

/* The columns in the next range, once. */
static gboolean
assign_next (MariaFill *fill, const char *condition, const Assignments *assignments,
             GError **error)
{
  Walk walk;
  const char *range;

  if (!maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  gboolean fine = maria_fill_next_range (fill, &walk, &range, error)
                  && (range == NULL
                      || maria_fill_assign (
                          fill, arena_printf (fill->arena, "%s AND %s", range, condition),
                          assignments->list, assignments->n, error));
  maria_fill_keep_place (fill, &walk);
  return fine;
}

/* Who has been written is as it shall be, or somebody undoes it: nobody else can write
 * these rows before this chunk is committed. */
static gboolean
expect_written (MariaFill *fill, const char *rows, const Assignments *assignments,
                GError **error)
{
  const char *row;

  for (guint i = 0; i < WALK_TRIES; i++)
    {
      if (!maria_first_row (fill->connection, fill->live, rows, &row, fill->arena, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (!maria_fill_write (fill, rows, assignments->list, assignments->n, error))
        return FALSE;
    }
  return walk_refuse_undone (row, fill->table->name, assignments->list[0].column, error);
}

/* The same until no row is left that is to be written, as keys may move to behind the
 * walk. @to_write: nothing that has been written is among them */
static gboolean
write_next (MariaFill *fill, const char *to_write, const Assignments *assignments,
            GError **error)
{
  Walk walk;
  const char *range;

  if (!maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  gboolean fine = maria_fill_next_range (fill, &walk, &range, error);
  if (fine && range != NULL)
    {
      const char *rows = arena_printf (fill->arena, "%s AND %s", range, to_write);
      fine
          = maria_fill_check_values (fill, rows, assignments->list, assignments->n, error)
            && maria_fill_write (fill, rows, assignments->list, assignments->n, error)
            && (walk.pass < WALK_WATCHED_PASS
                || expect_written (fill, rows, assignments, error));
    }
  else if (fine)
    fine = end_pass (fill, &walk, to_write, error);
  maria_fill_keep_place (fill, &walk);
  return fine;
}

static const char *const *
names_of (const MariaFill *fill, const guint *columns, guint n)
{
  const char **names = arena_new_array (fill->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = table_column (fill->table, columns[i])->name;
  names[n] = NULL;
  return names;
}

static gboolean
assign_transforms (MariaFill *fill, const BoundBackfill *bound, Assignments *assignments,
                   GError **error)
{
  const char *const *inputs = names_of (fill, bound->inputs, bound->n_inputs);

  assignments->list
      = arena_new_array (fill->arena, MariaAssignment, bound->n_targets + 1);
  assignments->n = bound->n_targets;
  for (guint i = 0; i < bound->n_targets; i++)
    if (!maria_fill_call (fill, table_column (fill->table, bound->targets[i])->name,
                          bound->transforms[i], inputs, &assignments->list[i], error))
      return FALSE;
  return TRUE;
}

/* Backfills --------------------------------------------------------------------- */

gboolean
maria_fill_sync (MariaFill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  const char *prefix = arena_printf (fill->arena, "%s.", fill->live->quoted);
  const char *where = maria_fill_where (fill, backfill->where, error);
  Assignments assignments;
  BoundBackfill bound;
  StepSql sql;

  return where != NULL
         && bind_backfill (fill->table, backfill, fill->arena, &bound, error)
         && assign_transforms (fill, &bound, &assignments, error)
         && step_sql_init (&sql, &mariadb_words, fill->table, bound.sync, prefix, FALSE,
                           fill->arena, error)
         && write_next (
             fill,
             arena_printf (fill->arena, "%s AND NOT %s", where, step_sql_in_step (&sql)),
             &assignments, error);
}

gboolean
maria_fill_default (MariaFill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  const Column *column = table_find_column (fill->table, backfill->columns[0]);
  const char *where = maria_fill_where (fill, backfill->where, error);
  MariaAssignment assignment = { .column = column->name };
  const Assignments assignments = { .list = &assignment, .n = 1 };

  if (where == NULL
      || !maria_default_text (column, fill->arena, &assignment.value, error))
    return FALSE;
  fill->progress->done = TRUE;
  if (assignment.value == NULL || g_str_equal (assignment.value, "NULL"))
    return TRUE;
  return write_next (fill,
                     arena_printf (fill->arena, "%s AND %s IS NULL", where,
                                   maria_fill_column (fill, column->name)),
                     &assignments, error);
}

gboolean
maria_fill_columns (MariaFill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  const char *where = maria_fill_where (fill, backfill->where, error);
  Assignments assignments;
  BoundBackfill bound;

  return where != NULL
         && bind_backfill (fill->table, backfill, fill->arena, &bound, error)
         && assign_transforms (fill, &bound, &assignments, error)
         && assign_next (fill, where, &assignments, error);
}

/* Set --------------------------------------------------------------------------- */

static gboolean
assign_set (MariaFill *fill, Assignments *assignments, GError **error)
{
  BoundSet bound;

  if (!bind_set (fill->table, fill->detail->set, fill->arena, &bound, error))
    return FALSE;
  assignments->list = arena_new_array (fill->arena, MariaAssignment, bound.n + 1);
  assignments->n = bound.n;
  for (guint i = 0; i < bound.n; i++)
    if (!maria_fill_call (fill, table_column (fill->table, bound.columns[i])->name,
                          bound.transforms[i], names_of (fill, &bound.columns[i], 1),
                          &assignments->list[i], error))
      return FALSE;
  return TRUE;
}

/* Which rows break the constraint that is to be repaired for. */
static const char *
breaking_rows (MariaFill *fill, const Constraint *constraint, GError **error)
{
  if (constraint->kind == CONSTRAINT_NOT_NULL)
    return arena_printf (fill->arena, "%s IS NULL",
                         maria_fill_column (fill, constraint->columns[0]));
  const char *check = maria_check_text (fill->table, constraint, fill->arena, error);
  return check != NULL ? arena_printf (fill->arena, "NOT COALESCE((%s), TRUE)", check)
                       : NULL;
}

gboolean
maria_fill_set (MariaFill *fill, GError **error)
{
  const Constraint *constraint = fill->detail->constraint;
  const char *condition
      = constraint != NULL ? breaking_rows (fill, constraint, error)
                           : maria_fill_where (fill, fill->operation->rows.where, error);
  Assignments assignments;

  if (condition == NULL || !assign_set (fill, &assignments, error))
    return FALSE;
  fill->progress->done = TRUE;
  return assignments.n == 0 || assign_next (fill, condition, &assignments, error);
}

/* Given back -------------------------------------------------------------------- */

/* What does not convert back is null. */
static gboolean
call_leniently (MariaFill *fill, const char *column, const BoundTransform *transform,
                const char *const *inputs, MariaAssignment *assignment, GError **error)
{
  if (!maria_fill_call (fill, column, transform, inputs, assignment, error))
    return FALSE;
  assignment->value = maria_assignment_value (fill, assignment);
  assignment->valid = NULL;
  return TRUE;
}

static gboolean
refill_next (MariaFill *fill, GError **error)
{
  const Sync *sync = fill->detail->sync;
  guint n = g_strv_length ((char **) sync->old_columns);
  const Assignments assignments
      = { .list = arena_new_array (fill->arena, MariaAssignment, n + 1), .n = n };

  for (guint i = 0; i < n; i++)
    if (!call_leniently (fill, sync->old_columns[i], sync->backward[i], sync->new_columns,
                         &assignments.list[i], error))
      return FALSE;
  return write_next (
      fill,
      arena_printf (fill->arena, "(%s)", maria_fill_changed (fill, assignments.list, n)),
      &assignments, error);
}

/* Old columns that were dropped and are there again, from the new ones. */
gboolean
maria_fill_refill (MariaFill *fill, GError **error)
{
  if (!mariadb_exec (fill->connection, "SET " MARIA_REFILLS " = 1", NULL, error))
    return FALSE;
  gboolean fine = refill_next (fill, error);
  return mariadb_exec (fill->connection, "SET " MARIA_REFILLS " = NULL", NULL,
                       fine ? error : NULL)
         && fine;
}

/* What does not convert to a column that comes back is what the file gives as its
 * default.
 */
static gboolean
call_or_default (MariaFill *fill, const Column *column, const Sync *sync,
                 MariaAssignment *assignment, GError **error)
{
  const char *text = NULL;

  if (!maria_fill_call (fill, column->name, sync->forward[0], sync->old_columns,
                        assignment, error)
      || (fill->detail->gives_default && column->default_kind == DEFAULT_VALUE
          && !maria_default_text (column, fill->arena, &text, error)))
    return FALSE;
  if (text != NULL && assignment->valid != NULL)
    assignment->value = arena_printf (fill->arena, "CASE WHEN %s THEN %s ELSE %s END",
                                      assignment->valid, assignment->value, text);
  else
    assignment->value = maria_assignment_value (fill, assignment);
  assignment->valid = NULL;
  return TRUE;
}

/* As the trigger fills a row that leaves the column out. */
gboolean
maria_fill_nulls (MariaFill *fill, GError **error)
{
  const Sync *sync = fill->detail->sync;
  const char *column = sync->new_columns[0];
  MariaAssignment assignment;
  const Assignments assignments = { .list = &assignment, .n = 1 };

  return call_or_default (fill, table_find_column (fill->table, column), sync,
                          &assignment, error)
         && write_next (fill,
                        arena_printf (fill->arena, "%s IS NULL AND (%s)",
                                      maria_fill_column (fill, column),
                                      maria_fill_changed (fill, &assignment, 1)),
                        &assignments, error);
}
