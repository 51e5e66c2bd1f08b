/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills that add and take rows: copies of a split, rows given, deletions, repairs of
 * keys.
 */
#include "config.h"

#include "engine/sqlite/cell.h"
#include "engine/sqlite/connection.h"
#include "engine/sqlite/fill.h"
#include "engine/sqlite/image.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"
#include "model/shape.h"
#include "model/shape_ops.h"

static const char *
quoted_names (Fill *fill, const char *const *names, const char *prefix)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", prefix,
                            sqlite_identifier (fill->arena, names[i]));
  return arena_strdup (fill->arena, text->str);
}

/* "a.x OP b.x AND …" */
static const char *
pairs (Fill *fill, const char *a, const char *const *names, const char *operator,
       const char * b, const char *const *others, const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s.%s %s %s.%s COLLATE BINARY",
                            i > 0 ? separator : "", a,
                            sqlite_identifier (fill->arena, names[i]), operator, b,
                            sqlite_identifier (fill->arena, others[i]));
  return arena_strdup (fill->arena, text->str);
}

/* Copies ---------------------------------------------------------------------- */

static const char *
overwrite_list (Fill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const char *column = sqlite_identifier (fill->arena, columns[i]);
      g_string_append_printf (text, "%s%s = excluded.%s", i > 0 ? ", " : "", column,
                              column);
    }
  return arena_strdup (fill->arena, text->str);
}

static const char *
all_null (Fill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s IS NULL", i > 0 ? " AND " : "",
                            sqlite_identifier (fill->arena, columns[i]));
  return arena_strdup (fill->arena, text->str);
}

/* Rows of the old table that the new one does not have as they are; a row is made there
 * only when there is something to keep. */
static const char *
rows_to_copy (Fill *fill, const TableSync *sync, const char *range)
{
  const char *same_key
      = pairs (fill, "zdm_half", sync->key, "IS", fill->quoted, sync->key, " AND ");
  const char *same = pairs (fill, "zdm_half", sync->columns, "IS", fill->quoted,
                            sync->columns, " AND ");
  const char *exists
      = arena_printf (fill->arena, "EXISTS (SELECT 1 FROM %s AS zdm_half WHERE %s",
                      sqlite_identifier (fill->arena, sync->new_table), same_key);

  return arena_printf (fill->arena, "%s AND NOT %s AND %s) AND (NOT (%s) OR %s))", range,
                       exists, same, all_null (fill, sync->columns), exists);
}

static gboolean
copy_rows (Fill *fill, const TableSync *sync, const char *rows, GError **error)
{
  const char *columns
      = arena_printf (fill->arena, "%s, %s", quoted_names (fill, sync->key, ""),
                      quoted_names (fill, sync->columns, ""));

  return fill_exec (fill,
                    arena_printf (fill->arena,
                                  "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s ON "
                                  "CONFLICT (%s) DO UPDATE SET %s",
                                  sqlite_identifier (fill->arena, sync->new_table),
                                  columns, columns, fill->quoted, rows,
                                  quoted_names (fill, sync->key, ""),
                                  overwrite_list (fill, sync->columns)),
                    &fill->progress->n_rows, error);
}

/* What has been copied is there, or somebody undoes it: nobody else writes. */
static gboolean
expect_copied (Fill *fill, const TableSync *sync, const char *rows, GError **error)
{
  const char *row;

  for (guint i = 0; i < WALK_TRIES; i++)
    {
      if (!fill_first_row (fill, rows, &row, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (!copy_rows (fill, sync, rows, error))
        return FALSE;
    }
  return walk_refuse_undone (row, sync->new_table, sync->columns[0], error);
}

static gboolean
copy_range (Fill *fill, const Walk *walk, const TableSync *sync, const char *range,
            GError **error)
{
  const char *rows = rows_to_copy (fill, sync, range);

  return copy_rows (fill, sync, rows, error)
         && (walk->pass < WALK_WATCHED_PASS || expect_copied (fill, sync, rows, error));
}

gboolean
fill_copy (Fill *fill, GError **error)
{
  const TableSync *sync
      = database_sync_to (fill->detail->shape, fill->operation->rename_table.to);
  const char *range;
  Walk walk;

  if (!walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine = fill_next_range (fill, &walk, &range, error)
                  && (range == NULL || copy_range (fill, &walk, sync, range, error));
  /* As with mirrors: what moved behind the walk is found by another pass. */
  if (fine && range != NULL)
    walk.written = walk.written || fill->progress->n_rows > 0;
  else if (fine && (walk.written || walk.pass == 1))
    {
      fill->progress->done = FALSE;
      walk_again (&walk);
    }
  fill_keep_place (fill, &walk);
  return fine;
}

/* Rows given -------------------------------------------------------------------- */

/* An INSERT of the columns that are given; NULL: of all. */
static sqlite3_stmt *
prepare_insert (Fill *fill, const gboolean *given, GError **error)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GString) marks = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;

  for (guint i = 0; i < table_n_columns (fill->table); i++)
    {
      if (given != NULL && !given[i])
        continue;
      g_string_append_printf (
          columns, "%s%s", columns->len > 0 ? ", " : "",
          sqlite_identifier (fill->arena, table_column (fill->table, i)->name));
      g_string_append (marks, marks->len > 0 ? ", ?" : "?");
    }
  const char *sql
      = columns->len == 0
            ? arena_printf (fill->arena, "INSERT INTO %s DEFAULT VALUES", fill->quoted)
            : arena_printf (fill->arena, "INSERT INTO %s (%s) VALUES (%s)", fill->quoted,
                            columns->str, marks->str);
  if (sqlite3_prepare_v2 (fill->db, sql, -1, &statement, NULL) != SQLITE_OK)
    sqlite_error (fill->db, fill->detail->table, error);
  return statement;
}

static gboolean
run_insert (Fill *fill, sqlite3_stmt *statement, const Value *values,
            const gboolean *given, GError **error)
{
  int code = SQLITE_OK, n = 0;

  for (guint i = 0; code == SQLITE_OK && i < table_n_columns (fill->table); i++)
    if (given == NULL || given[i])
      code = cell_bind (statement, ++n, &table_column (fill->table, i)->type, &values[i]);
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code != SQLITE_DONE)
    sqlite_error (fill->db, fill->detail->table, error);
  sqlite3_reset (statement);
  fill->progress->n_rows++;
  return code == SQLITE_DONE;
}

static gboolean
insert_row (Fill *fill, const Value *values, const gboolean *given, GError **error)
{
  sqlite3_stmt *statement = prepare_insert (fill, given, error);
  gboolean fine = statement != NULL && run_insert (fill, statement, values, given, error);

  sqlite3_finalize (statement);
  return fine;
}

/* "a IS 1 AND b IS 'x'", of the row's primary key; NULL when it has none. */
static const char *
key_condition (Fill *fill, const Value *values)
{
  const Constraint *key = table_primary_key (fill->table);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; key != NULL && key->columns[i] != NULL; i++)
    {
      guint index;
      if (!table_column_index (fill->table, key->columns[i], &index))
        return NULL;
      const Column *column = table_column (fill->table, index);
      g_string_append_printf (
          text, "%s%s IS %s", i > 0 ? " AND " : "",
          sqlite_identifier (fill->arena, column->name),
          sqlite_literal (fill->arena, &column->type, &values[index]));
    }
  return text->len > 0 ? arena_strdup (fill->arena, text->str) : NULL;
}

static gboolean
key_is_there (Fill *fill, const Value *values, gboolean *found, GError **error)
{
  const char *condition = key_condition (fill, values);

  *found = FALSE;
  return condition == NULL
         || fill_find (fill,
                       arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s",
                                     fill->quoted, condition),
                       found, NULL, error);
}

/* The row that was inserted last. */
static const char *
last_row (Fill *fill, const Value *values)
{
  if (!fill->key.by_rowid)
    return key_condition (fill, values);
  return arena_printf (fill->arena, "%s = %" G_GINT64_FORMAT, fill->key.columns[0],
                       (gint64) sqlite3_last_insert_rowid (fill->db));
}

static gboolean
insert_given (Fill *fill, const NamedLiteral *row, GError **error)
{
  gboolean skip = fill->operation->rows.if_exists == ON_CONFLICT_SKIP;
  gboolean is_there = FALSE;
  BoundRow bound;

  if (!bind_row (fill->table, row, fill->arena, &bound, error)
      || (skip && !key_is_there (fill, bound.values, &is_there, error)))
    return FALSE;
  if (is_there)
    return TRUE;
  if (!insert_row (fill, bound.values, bound.given, error))
    return FALSE;
  return fill->detail->images == NULL
         || image_keep_key (fill, last_row (fill, bound.values), error);
}

/* The rows that a new table begins with. */
static gboolean
insert_first_rows (Fill *fill, const Table *rows, guint64 first, GError **error)
{
  guint n = table_n_columns (rows);
  Value *values = arena_new_array (fill->arena, Value, n + 1);
  guint64 end = MIN (first + fill->n_rows, (guint64) table_n_rows (rows));
  sqlite3_stmt *statement = prepare_insert (fill, NULL, error);
  gboolean fine = statement != NULL;

  for (guint64 row = first; fine && row < end; row++)
    {
      for (guint i = 0; i < n; i++)
        values[i] = table_cell (rows, (gsize) row, i);
      fine = run_insert (fill, statement, values, NULL, error);
    }
  sqlite3_finalize (statement);
  if (!fine)
    return FALSE;
  g_free (fill->progress->position);
  fill->progress->position = g_strdup_printf ("%" G_GUINT64_FORMAT, end);
  fill->progress->done = end == table_n_rows (rows);
  return TRUE;
}

static gboolean
insert_first (Fill *fill, GError **error)
{
  const Table *rows = fill->operation->create_table.table;
  guint64 first;

  return walk_read_number (fill->progress->position, table_n_rows (rows), &first, error)
         && insert_first_rows (fill, rows, first, error);
}

gboolean
fill_insert (Fill *fill, GError **error)
{
  const NamedLiteral *const *rows = fill->operation->rows.rows;

  if (fill->operation->kind == OPERATION_CREATE_TABLE)
    return insert_first (fill, error);
  for (guint i = 0; rows[i] != NULL; i++)
    if (!insert_given (fill, rows[i], error))
      {
        g_prefix_error (error, "row %u: ", i + 1);
        return FALSE;
      }
  fill->progress->done = TRUE;
  return TRUE;
}

gboolean
fill_table (sqlite3 *db, const Table *table, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  FillProgress progress = { 0 };
  const SqliteDetail detail = { .table = table->name };
  Fill fill = { .db = db,
                .detail = &detail,
                .table = table,
                .quoted = sqlite_identifier (arena, table->name),
                .arena = arena,
                .n_rows = G_MAXUINT,
                .progress = &progress };
  gboolean fine = insert_first_rows (&fill, table, 0, error);

  g_free (progress.position);
  return fine;
}

/* Deletions --------------------------------------------------------------------- */

gboolean
fill_delete (Fill *fill, GError **error)
{
  const char *where = fill_where (fill, fill->operation->rows.where, error);
  const char *range;
  Walk walk;

  if (where == NULL || !walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine
      = fill_next_range (fill, &walk, &range, error)
        && (range == NULL
            || fill_delete_rows (
                fill, arena_printf (fill->arena, "%s AND %s", range, where), error));
  fill_keep_place (fill, &walk);
  return fine;
}

/* "(a, b) IN (SELECT …)", by the key of the rows */
static const char *
rows_in (Fill *fill, const char *select)
{
  return arena_printf (fill->arena, fill->key.n == 1 ? "%s IN (%s)" : "(%s) IN (%s)",
                       fill->key.list, select);
}

/* Numbers that are kept as text are put in order as numbers. */
static const char *
order_of (Fill *fill, const char *name)
{
  const Column *column = table_find_column (fill->table, name);
  const char *quoted = sqlite_identifier (fill->arena, name);
  gboolean descending
      = fill->operation->constraint.repairs.duplicates == DUPLICATES_KEEP_HIGHEST;
  const char *direction = descending ? " DESC" : "";

  if (column->type.base == COLUMN_TYPE_DECIMAL)
    return arena_printf (fill->arena, "%s IS NULL, CAST(%s AS REAL)%s, %s%s", quoted,
                         quoted, direction, quoted, direction);
  return arena_printf (fill->arena, "%s IS NULL, %s COLLATE BINARY%s", quoted, quoted,
                       direction);
}

static const char *
none_null (Fill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
                            sqlite_identifier (fill->arena, columns[i]));
  return arena_strdup (fill->arena, text->str);
}

/* Of rows that are alike one is kept. */
gboolean
fill_duplicates (Fill *fill, GError **error)
{
  const ConstraintChange *change = &fill->operation->constraint;
  const char *const *columns = change->constraint->columns;
  const Constraint *key = table_primary_key (fill->table);
  const char *by = change->repairs.duplicates_by;
  g_autoptr (GString) group = g_string_new (NULL);

  fill->progress->done = TRUE;
  if (change->repairs.duplicates == DUPLICATES_ERROR)
    return TRUE;
  if (by == NULL && key == NULL)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_INVALID,
          "duplicates of '%s': 'by' is needed, there is no primary key to decide by",
          fill->table->name);
      return FALSE;
    }
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (group, "%s%s COLLATE BINARY", i > 0 ? ", " : "",
                            sqlite_identifier (fill->arena, columns[i]));
  const char *select = arena_printf (
      fill->arena,
      "SELECT %s FROM (SELECT %s, row_number() OVER (PARTITION BY %s ORDER BY %s, %s) AS "
      "zdm_place FROM %s WHERE %s) WHERE zdm_place > 1",
      fill->key.list, fill->key.list, group->str,
      order_of (fill, by != NULL ? by : key->columns[0]), fill->key.list, fill->quoted,
      none_null (fill, columns));
  return fill_delete_rows (fill, rows_in (fill, select), error);
}

/* Orphans ----------------------------------------------------------------------- */

static const char *
orphans (Fill *fill, const Constraint *key, const Table *parents, GError **error)
{
  const char *const *columns = bind_references (parents, key, error);

  if (columns == NULL)
    return NULL;
  return arena_printf (
      fill->arena, "%s AND NOT EXISTS (SELECT 1 FROM %s AS zdm_parent WHERE %s)",
      none_null (fill, key->columns), sqlite_identifier (fill->arena, parents->name),
      pairs (fill, "zdm_parent", columns, "=", fill->quoted, key->columns, " AND "));
}

static gboolean
unset_orphans (Fill *fill, const Constraint *key, const char *condition, GError **error)
{
  guint n = g_strv_length ((char **) key->columns);
  FillAssignment *list = arena_new_array (fill->arena, FillAssignment, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = (FillAssignment){ .column = key->columns[i], .value = "NULL" };
  return fill_assign (fill, condition, list, n, error);
}

/* Where a table refers to itself, who referred to a deleted row is an orphan next. */
static gboolean
delete_orphans (Fill *fill, const char *condition, GError **error)
{
  guint64 before;

  do
    {
      before = fill->progress->n_rows;
      if (!fill_delete_rows (fill, condition, error))
        return FALSE;
    }
  while (fill->progress->n_rows > before);
  return TRUE;
}

gboolean
fill_orphans (Fill *fill, GError **error)
{
  const ConstraintChange *change = &fill->operation->constraint;
  const Table *parents
      = database_find (fill->detail->shape, change->constraint->references_table);

  fill->progress->done = TRUE;
  if (parents == NULL || change->repairs.orphans == ORPHANS_ERROR)
    return TRUE;
  const char *condition = orphans (fill, change->constraint, parents, error);
  if (condition == NULL)
    return FALSE;
  return change->repairs.orphans == ORPHANS_DELETE
             ? delete_orphans (fill, condition, error)
             : unset_orphans (fill, change->constraint, condition, error);
}

/* Back ------------------------------------------------------------------------ */

gboolean
fill_restore (Fill *fill, GError **error)
{
  fill->progress->done = TRUE;
  return image_restore (fill, error);
}
