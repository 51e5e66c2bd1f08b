/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills that set columns: mirrors, defaults, copies, lookups, and what is given back.
 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/create.h"
#include "engine/sqlite/echo.h"
#include "engine/sqlite/fill.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/lookup_sql.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/words.h"
#include "model/error.h"

/* A bound list of assignments. */
typedef struct
{
  FillAssignment *list;
  guint n;
} Assignments;

static gboolean
assign_transforms (Fill *fill, const guint *targets,
                   const BoundTransform *const *transforms, guint n, const guint *inputs,
                   guint n_inputs, Assignments *assignments, GError **error)
{
  assignments->list = arena_new_array (fill->arena, FillAssignment, n + 1);
  assignments->n = n;
  for (guint i = 0; i < n; i++)
    {
      const Column *target = table_column (fill->table, targets[i]);
      assignments->list[i].column = target->name;
      assignments->list[i].value
          = fill_call (fill, transforms[i], inputs, n_inputs, &target->type, i, error);
      if (assignments->list[i].value == NULL)
        return FALSE;
    }
  return TRUE;
}

/* How many rows of the condition convert before one does not; G_MAXUINT64: all do. */
static guint64
count_until_failure (Fill *fill, const char *condition, const char *value)
{
  sqlite3_stmt *statement = NULL;
  const char *sql = arena_printf (fill->arena, "SELECT %s FROM %s WHERE %s ORDER BY %s",
                                  value, fill->quoted, condition, fill->key.list);
  int code = sqlite3_prepare_v2 (fill->db, sql, -1, &statement, NULL);
  guint64 n = 0;

  while (code == SQLITE_OK && (code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      n++;
      code = SQLITE_OK;
    }
  sqlite3_finalize (statement);
  return code == SQLITE_DONE ? G_MAXUINT64 : n;
}

/* A row that does not convert is looked for, so that the error can name it. */
static gboolean
name_row (Fill *fill, const char *condition, const Assignments *assignments,
          GError **error)
{
  for (guint i = 0; i < assignments->n; i++)
    {
      const FillAssignment *assignment = &assignments->list[i];
      guint64 n = count_until_failure (fill, condition, assignment->value);
      if (n == G_MAXUINT64)
        continue;
      g_autofree char *why = g_strdup (
          fill->failure.error != NULL ? fill->failure.error->message : "no value");
      g_clear_error (&fill->failure.error);
      return fill_fail_row (fill, condition, n, assignment->column, why, error);
    }
  return TRUE;
}

static gboolean
is_conversion (const GError *error)
{
  return g_error_matches (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
}

static gboolean
assign_or_name_row (Fill *fill, const char *condition, const Assignments *assignments,
                    GError **error)
{
  GError *problem = NULL;

  if (fill_assign (fill, condition, assignments->list, assignments->n, &problem))
    return TRUE;
  if (is_conversion (problem) && !name_row (fill, condition, assignments, error))
    {
      g_error_free (problem);
      return FALSE;
    }
  g_propagate_error (error, problem);
  return FALSE;
}

/* The next range, and the columns in it. */
static gboolean
assign_next (Fill *fill, const char *condition, const Assignments *assignments,
             GError **error)
{
  Walk walk;
  const char *range;

  if (!walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine = fill_next_range (fill, &walk, &range, error)
                  && (range == NULL
                      || assign_or_name_row (
                          fill, arena_printf (fill->arena, "%s AND %s", range, condition),
                          assignments, error));
  fill_keep_place (fill, &walk);
  return fine;
}

/* Mirrors --------------------------------------------------------------------- */

static gboolean
is_plain_copy (const BoundBackfill *bound, const Assignments *assignments)
{
  return bound->n_targets == 1 && bound->n_inputs == 1 && bound->sync->mode == SYNC_BOTH
         && bound_transform_is_identity (bound->transforms[0])
         && bound_transform_is_identity (bound->sync->backward[0])
         && strchr (assignments->list[0].value, '(') == NULL;
}

static const char *
sync_arguments (Fill *fill, const Sync *sync)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *const *lists[] = { sync->old_columns, sync->new_columns };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i][j] != NULL; j++)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              sqlite_identifier (fill->arena, lists[i][j]));
  return arena_strdup (fill->arena, text->str);
}

/* "the row is out of step", for the rows of the table. */
static const char *
out_of_step (Fill *fill, const BoundBackfill *bound, const Assignments *assignments,
             GError **error)
{
  if (is_plain_copy (bound, assignments))
    return "1"; /* fill_assign() compares already */
  if (sqlite_sync_needs_database (bound->sync))
    {
      const char *in_step
          = sqlite_sync_in_step (fill->table, bound->sync, fill->arena, error);
      return in_step != NULL ? arena_printf (fill->arena, "NOT %s", in_step) : NULL;
    }
  if (!function_in_step (fill->db, "zdm_in_step", fill->table, bound->sync, error))
    return NULL;
  return arena_printf (fill->arena, "NOT zdm_in_step(%s)",
                       sync_arguments (fill, bound->sync));
}

/* Looks whether somebody else has written since the walk began; then, or when it began in
 * another process, the walk is no longer alone. */
static gboolean
is_alone (Fill *fill, const Walk *walk, gboolean *alone, GError **error)
{
  const char *version;

  if (!live_text (fill->db, "PRAGMA main.data_version", &version, fill->arena, error))
    return FALSE;
  gint64 now = g_ascii_strtoll (version, NULL, 10) + 1; /* never 0 */
  if (!walk->resumed)
    fill->progress->seen = now;
  *alone = fill->progress->seen == now;
  if (!*alone)
    fill->progress->seen = -1;
  return TRUE;
}

/* Who has been written is as it shall be, or somebody undoes it: nobody else writes. */
static gboolean
expect_assigned (Fill *fill, const char *condition, const Assignments *assignments,
                 GError **error)
{
  const char *row = NULL;

  for (guint i = 0; i < WALK_TRIES; i++)
    {
      guint64 n_before = fill->progress->n_rows;
      if (!assign_or_name_row (fill, condition, assignments, error))
        return FALSE;
      if (fill->progress->n_rows == n_before)
        return TRUE;
    }
  return fill_first_changed (fill, condition, assignments->list, assignments->n, &row,
                             error)
         && walk_refuse_undone (row != NULL ? row : "?", fill->table->name,
                                assignments->list[0].column, error);
}

/* What moved behind the walk, or was written before its triggers were there, is found by
 * further passes; the last one writes nothing.  A walk that was alone needs none. */
static gboolean
sync_range (Fill *fill, Walk *walk, gboolean alone, const char *condition,
            const Assignments *assignments, GError **error)
{
  const char *range;

  if (!fill_next_range (fill, walk, &range, error))
    return FALSE;
  if (range == NULL)
    {
      gboolean again = !alone && (walk->written || walk->pass == 1);
      fill->progress->done = !again;
      if (again)
        walk_again (walk);
      return TRUE;
    }
  const char *rows = arena_printf (fill->arena, "%s AND %s", range, condition);
  if (!assign_or_name_row (fill, rows, assignments, error))
    return FALSE;
  walk->written = walk->written || fill->progress->n_rows > 0;
  return walk->pass < WALK_WATCHED_PASS
         || expect_assigned (fill, rows, assignments, error);
}

gboolean
fill_sync (Fill *fill, GError **error)
{
  Assignments assignments;
  BoundBackfill bound;
  Walk walk;

  if (!bind_backfill (fill->table, &fill->operation->backfill, fill->arena, &bound, error)
      || !assign_transforms (fill, bound.targets, bound.transforms, bound.n_targets,
                             bound.inputs, bound.n_inputs, &assignments, error))
    return FALSE;
  const char *out = out_of_step (fill, &bound, &assignments, error);
  const char *where = fill_where (fill, fill->operation->backfill.where, error);
  if (out == NULL || where == NULL || !walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean quiet, alone, fine;
  fine = echo_is_all (fill->db, fill->live, fill->table, bound.sync, &quiet, fill->arena,
                      error)
         && is_alone (fill, &walk, &alone, error);
  if (quiet)
    echo_let (fill->db, FALSE);
  fine = fine
         && sync_range (fill, &walk, alone,
                        arena_printf (fill->arena, "%s AND %s", where, out), &assignments,
                        error);
  echo_let (fill->db, TRUE);
  fill_keep_place (fill, &walk);
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

gboolean
fill_default (Fill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  const Column *column = table_find_column (fill->table, backfill->columns[0]);
  const char *where = fill_where (fill, backfill->where, error);

  if (where == NULL)
    return FALSE;
  fill->progress->done = TRUE;
  if (!has_default (column))
    return TRUE;
  const char *value;
  if (!sqlite_default_text (column, fill->arena, &value, error))
    return FALSE;
  const Assignments assignments
      = { .list = &(FillAssignment){ .column = column->name, .value = value }, .n = 1 };
  return assign_next (fill,
                      arena_printf (fill->arena, "%s AND %s IS NULL", where,
                                    sqlite_identifier (fill->arena, column->name)),
                      &assignments, error);
}

gboolean
fill_columns (Fill *fill, GError **error)
{
  Assignments assignments;
  BoundBackfill bound;
  const char *where = fill_where (fill, fill->operation->backfill.where, error);

  return where != NULL
         && bind_backfill (fill->table, &fill->operation->backfill, fill->arena, &bound,
                           error)
         && assign_transforms (fill, bound.targets, bound.transforms, bound.n_targets,
                               bound.inputs, bound.n_inputs, &assignments, error)
         && assign_next (fill, where, &assignments, error);
}

/* Set --------------------------------------------------------------------------- */

static gboolean
assign_set (Fill *fill, const NamedTransform *set, Assignments *assignments,
            GError **error)
{
  BoundSet bound;

  if (!bind_set (fill->table, set, fill->arena, &bound, error))
    return FALSE;
  assignments->list = arena_new_array (fill->arena, FillAssignment, bound.n + 1);
  assignments->n = bound.n;
  for (guint i = 0; i < bound.n; i++)
    {
      const Column *column = table_column (fill->table, bound.columns[i]);
      assignments->list[i].column = column->name;
      assignments->list[i].value = fill_call (
          fill, bound.transforms[i], &bound.columns[i], 1, &column->type, i, error);
      if (assignments->list[i].value == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Which rows break the constraint that is to be repaired for. */
static const char *
breaking_rows (Fill *fill, const Constraint *constraint, GError **error)
{
  const char *column = sqlite_identifier (fill->arena, constraint->columns[0]);

  if (constraint->kind == CONSTRAINT_NOT_NULL)
    return arena_printf (fill->arena, "%s IS NULL", column);
  const char *check = sqlite_check_text (fill->table, constraint, fill->arena, error);
  return check != NULL ? arena_printf (fill->arena, "NOT ifnull((%s), 1)", check) : NULL;
}

gboolean
fill_set (Fill *fill, GError **error)
{
  const Operation *operation = fill->operation;
  gboolean is_repair = operation->kind == OPERATION_REPAIR;
  const char *condition
      = is_repair ? breaking_rows (fill, operation->constraint.constraint, error)
                  : fill_where (fill, operation->rows.where, error);
  Assignments assignments;

  if (condition == NULL
      || !assign_set (
          fill, is_repair ? operation->constraint.repairs.repairs : operation->rows.set,
          &assignments, error))
    return FALSE;
  if (assignments.n == 0)
    {
      fill->progress->done = TRUE;
      return TRUE;
    }
  return assign_next (fill, condition, &assignments, error);
}

/* From another table ------------------------------------------------------------ */

/* The condition under which nothing is found. */
static const char *
nothing_found (Fill *fill, const LookupSql *sql)
{
  switch (sql->bound.lookup->aggregate)
    {
    case AGGREGATE_COUNT:
      return "0";
    case AGGREGATE_NONE:
      return arena_printf (fill->arena, "NOT %s", sql->matches);
    default:
      return arena_printf (fill->arena, "%s IS NULL", sql->found);
    }
}

static gboolean
handle_missing (Fill *fill, const LookupSql *sql, const char *rows, GError **error)
{
  const char *missing
      = arena_printf (fill->arena, "%s AND %s", rows, nothing_found (fill, sql));
  gboolean found;

  if (sql->bound.lookup->missing == LOOKUP_MISSING_NULL)
    return TRUE;
  if (sql->bound.lookup->missing == LOOKUP_MISSING_DELETE)
    return fill_delete_rows (fill, missing, error);
  if (!fill_find (fill,
                  arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s LIMIT 1",
                                fill->quoted, missing),
                  &found, NULL, error))
    return FALSE;
  if (!found)
    return TRUE;
  const char *why
      = arena_printf (fill->arena, "nothing in '%s' matches", sql->bound.from->name);
  return fill_fail_row (fill, missing, 0, fill->operation->backfill.columns[0], why,
                        error);
}

static gboolean
look_up_range (Fill *fill, const LookupSql *sql, const char *rows, GError **error)
{
  const char *column = fill->operation->backfill.columns[0];
  const Assignments assignments = {
    .list = &(FillAssignment){ .column = column,
                               .value = arena_printf (
                                   fill->arena, "CASE WHEN NOT (%s) THEN %s END",
                                   nothing_found (fill, sql), sql->value.value) },
    .n = 1,
  };
  gboolean found = FALSE;

  if (!handle_missing (fill, sql, rows, error))
    return FALSE;
  if (sql->value.valid != NULL)
    {
      const char *bad = arena_printf (fill->arena, "%s AND NOT (%s) AND NOT %s", rows,
                                      nothing_found (fill, sql), sql->value.valid);
      if (!fill_find (fill,
                      arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s LIMIT 1",
                                    fill->quoted, bad),
                      &found, NULL, error))
        return FALSE;
      if (found)
        return fill_fail_row (fill, bad, 0, column, "what is found does not convert",
                              error);
    }
  return assign_or_name_row (fill, rows, &assignments, error);
}

gboolean
fill_lookup (Fill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  LookupSql sql;
  const char *range, *where = fill_where (fill, backfill->where, error);
  Walk walk;

  if (where == NULL
      || !lookup_sql_init (&sql, fill->detail->shape, fill->table->name,
                           backfill->columns[0], backfill->lookup, backfill->transform,
                           fill->arena, error)
      || !walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine = fill_next_range (fill, &walk, &range, error)
                  && (range == NULL
                      || look_up_range (
                          fill, &sql,
                          arena_printf (fill->arena, "%s AND %s", range, where), error));
  fill_keep_place (fill, &walk);
  return fine;
}

/* Given back -------------------------------------------------------------------- */

static gboolean
refill_from_sync (Fill *fill, const Table *before, const char *column, guint number,
                  const char **value, GError **error)
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
      if (inputs == NULL)
        return FALSE;
      *value = fill_call (fill, sync->backward[index], inputs,
                          g_strv_length ((char **) sync->new_columns),
                          &table_find_column (before, column)->type, number, error);
      return *value != NULL;
    }
  return TRUE;
}

static gboolean
refill_from_split (Fill *fill, const Table *before, const char *column,
                   const char **value)
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
        {
          const char *key = sqlite_identifier (fill->arena, sync->key[j]);
          g_string_append_printf (match, "%szdm_half.%s IS %s.%s", j > 0 ? " AND " : "",
                                  key, fill->quoted, key);
        }
      *value = arena_printf (
          fill->arena, "(SELECT zdm_half.%s FROM %s AS zdm_half WHERE %s)",
          sqlite_identifier (fill->arena, column),
          sqlite_identifier (fill->arena, sync->new_table), match->str);
      return TRUE;
    }
  return TRUE;
}

static gboolean
refill_from_backward (Fill *fill, const Table *before, const char *column, guint number,
                      const char **value, GError **error)
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
      if (inputs == NULL)
        return FALSE;
      *value = fill_call (fill, bound.transform, inputs, bound.n_inputs,
                          &table_find_column (before, column)->type, number, error);
      return *value != NULL;
    }
  return TRUE;
}

static gboolean
refill_value (Fill *fill, const Table *before, const Column *column, guint number,
              const char **value, GError **error)
{
  *value = NULL;
  if (!refill_from_sync (fill, before, column->name, number, value, error))
    return FALSE;
  if (*value == NULL && !refill_from_split (fill, before, column->name, value))
    return FALSE;
  if (*value == NULL
      && !refill_from_backward (fill, before, column->name, number, value, error))
    return FALSE;
  if (*value == NULL && has_default (column))
    return sqlite_default_text (column, fill->arena, value, error);
  /* One that the file does not declare is there again. */
  const SqliteColumn *live = sqlite_table_find_column (fill->live, column->name);
  if (*value == NULL && live != NULL)
    *value = live_default_operand (live, fill->arena);
  if (*value == NULL)
    *value = "NULL";
  return TRUE;
}

gboolean
fill_refill (Fill *fill, GError **error)
{
  const char *const *columns = fill->operation->drop_column.columns;
  const Table *before = database_find (fill->detail->before, fill->detail->table);
  guint n = g_strv_length ((char **) columns), n_found = 0;
  FillAssignment *list = arena_new_array (fill->arena, FillAssignment, n + 1);

  fill->progress->done = TRUE;
  fill->lenient = TRUE;
  for (guint i = 0; i < n; i++)
    {
      const Column *column = table_find_column (before, columns[i]);
      if (column == NULL)
        continue; /* it was not there to be dropped */
      list[n_found].column = column->name;
      if (!refill_value (fill, before, column, i, &list[n_found].value, error))
        return FALSE;
      n_found++;
    }
  const Assignments assignments = { .list = list, .n = n_found };
  return n_found == 0 || assign_or_name_row (fill, "1", &assignments, error);
}
