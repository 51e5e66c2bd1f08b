/* SPDX-License-Identifier: Apache-2.0
 *
 * One chunk of a fill, and what all kinds of fills use.
 */
#include "config.h"

#include "engine/sqlite/fill.h"

#include "engine/sqlite/connection.h"
#include "engine/sqlite/image.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"

static gboolean (*const FILLS[]) (Fill *fill, GError **error) = {
  [FILL_SYNC] = fill_sync,
  [FILL_DEFAULT] = fill_default,
  [FILL_COLUMNS] = fill_columns,
  [FILL_LOOKUP] = fill_lookup,
  [FILL_COPY] = fill_copy,
  [FILL_SET] = fill_set,
  [FILL_INSERT] = fill_insert,
  [FILL_DELETE] = fill_delete,
  [FILL_DUPLICATES] = fill_duplicates,
  [FILL_ORPHANS] = fill_orphans,
  [FILL_REFILL] = fill_refill,
  [FILL_RESTORE] = fill_restore,
};

/* A transform's own error says more than what SQLite made of its text. */
static gboolean
take_failure (Fill *fill, GError **error)
{
  if (fill->failure.error == NULL)
    return FALSE;
  g_propagate_error (error, g_steal_pointer (&fill->failure.error));
  return TRUE;
}

gboolean
fill_exec (Fill *fill, const char *sql, guint64 *n_changed, GError **error)
{
  int code = sqlite3_exec (fill->db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    return take_failure (fill, error) ? FALSE : sqlite_error (fill->db, NULL, error);
  if (n_changed != NULL)
    *n_changed = (guint64) sqlite3_changes64 (fill->db);
  return TRUE;
}

gboolean
fill_find (Fill *fill, const char *sql, gboolean *found, const char **text,
           GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (fill->db, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  *found = code == SQLITE_ROW;
  if (*found && text != NULL)
    *text = arena_strdup (fill->arena, (const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE)
    return TRUE;
  return take_failure (fill, error) ? FALSE : sqlite_error (fill->db, NULL, error);
}

gboolean
fill_next_range (Fill *fill, Walk *walk, const char **range, GError **error)
{
  if (!walk_next (walk, fill->db, &fill->key, fill->n_rows, range, fill->arena, error))
    return FALSE;
  fill->progress->done = *range == NULL;
  return TRUE;
}

void
fill_keep_place (Fill *fill, Walk *walk)
{
  g_free (fill->progress->position);
  fill->progress->position = walk_position (walk);
  walk_clear (walk);
}

const char *
fill_where (Fill *fill, const NamedLiteral *where, GError **error)
{
  g_autoptr (GString) text = g_string_new ("1");
  BoundWhere bound;

  if (!bind_where (fill->table, where, fill->arena, &bound, error))
    return NULL;
  for (guint i = 0; i < bound.n; i++)
    {
      const Column *column = table_column (fill->table, bound.columns[i]);
      g_string_append_printf (
          text, " AND %s IS %s COLLATE BINARY",
          sqlite_identifier (fill->arena, column->name),
          sqlite_literal (fill->arena, &column->type, &bound.values[i]));
    }
  return arena_strdup (fill->arena, text->str);
}

const char *
fill_call (Fill *fill, const BoundTransform *transform, const guint *inputs,
           guint n_inputs, const TypeSpec *output, guint number, GError **error)
{
  Arena *arena = fill->arena;
  const Column **columns = arena_new_array (arena, const Column *, n_inputs + 1);
  const char **names = arena_new_array (arena, const char *, n_inputs + 1);

  for (guint i = 0; i < n_inputs; i++)
    {
      columns[i] = table_column (fill->table, inputs[i]);
      names[i] = sqlite_identifier (arena, columns[i]->name);
    }
  if (bound_transform_needs_database (transform))
    {
      SqliteExpression expression;
      if (!sqlite_expression (transform, fill->table, names, arena, &expression, error))
        return NULL;
      return expression.value;
    }
  if (bound_transform_is_identity (transform)
      && type_spec_equal (&columns[0]->type, output))
    return names[0];
  const char *name = arena_printf (arena, "zdm_value_%u", number);
  g_autofree char *list = g_strjoinv (", ", (char **) names);
  if (!function_transform (fill->db, name, transform, columns, output,
                           fill->lenient ? NULL : &fill->failure, error))
    return NULL;
  return arena_printf (arena, "%s(%s)", name, list);
}

/* @row: gets the key as people read it, NULL where there is no such row */
static gboolean
find_row (Fill *fill, const char *condition, guint64 offset, const char **row,
          GError **error)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  gboolean found;

  *row = NULL;
  row_key_append_shown (&fill->key, shown);
  return fill_find (fill,
                    arena_printf (fill->arena,
                                  "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET "
                                  "%" G_GUINT64_FORMAT,
                                  shown->str, fill->quoted, condition, fill->key.list,
                                  offset),
                    &found, row, error);
}

gboolean
fill_fail_row (Fill *fill, const char *condition, guint64 offset, const char *column,
               const char *why, GError **error)
{
  const char *text;

  if (!find_row (fill, condition, offset, &text, error))
    return FALSE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               text != NULL ? text : "?", fill->detail->table, column, why);
  return FALSE;
}

/* The condition under which a value is as it shall be. */
static const char *
changed (Fill *fill, const FillAssignment *assignments, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s IS NOT %s COLLATE BINARY", i > 0 ? " OR " : "",
                            sqlite_identifier (fill->arena, assignments[i].column),
                            assignments[i].value);
  return arena_strdup (fill->arena, text->str);
}

gboolean
fill_first_row (Fill *fill, const char *condition, const char **row, GError **error)
{
  return find_row (fill, condition, 0, row, error);
}

gboolean
fill_first_changed (Fill *fill, const char *condition, const FillAssignment *assignments,
                    guint n, const char **row, GError **error)
{
  return fill_first_row (fill,
                         arena_printf (fill->arena, "%s AND (%s)", condition,
                                       changed (fill, assignments, n)),
                         row, error);
}

static const char *
set_list (Fill *fill, const FillAssignment *assignments, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s = %s", i > 0 ? ", " : "",
                            sqlite_identifier (fill->arena, assignments[i].column),
                            assignments[i].value);
  return arena_strdup (fill->arena, text->str);
}

gboolean
fill_assign (Fill *fill, const char *condition, const FillAssignment *assignments,
             guint n, GError **error)
{
  const char *rows = arena_printf (fill->arena, "%s AND (%s)", condition,
                                   changed (fill, assignments, n));
  guint64 n_changed;

  if (fill->detail->images != NULL
      && !image_keep_cells (fill, rows, assignments, n, error))
    return FALSE;
  if (!fill_exec (fill,
                  arena_printf (fill->arena, "UPDATE OR ABORT %s SET %s WHERE %s",
                                fill->quoted, set_list (fill, assignments, n), rows),
                  &n_changed, error))
    return FALSE;
  fill->progress->n_rows += n_changed;
  return TRUE;
}

gboolean
fill_delete_rows (Fill *fill, const char *condition, GError **error)
{
  guint64 n_changed;

  if (fill->detail->images != NULL && !image_keep_rows (fill, condition, error))
    return FALSE;
  if (!fill_exec (
          fill,
          arena_printf (fill->arena, "DELETE FROM %s WHERE %s", fill->quoted, condition),
          &n_changed, error))
    return FALSE;
  fill->progress->n_rows += n_changed;
  return TRUE;
}

/* What the fill is about; live or not.  FALSE with ZDM_ERROR_DRIFT: it is gone */
static gboolean
fill_init (Fill *fill, SqlConnection *connection, const Action *action, Arena *arena,
           GError **error)
{
  const SqliteDetail *detail = action->detail;
  gboolean is_create
      = detail->fill == FILL_INSERT && detail->operation->kind == OPERATION_CREATE_TABLE;
  const char *name
      = is_create ? detail->operation->create_table.table->name : detail->table;

  *fill = (Fill){ .connection = connection,
                  .db = sqlite_connection_handle (connection),
                  .detail = detail,
                  .operation = detail->operation,
                  .table = database_find (detail->shape, name),
                  .arena = arena };
  fill->quoted = sqlite_identifier (arena, fill->table->name);
  if (!sqlite_read_table (fill->db, fill->table->name, arena, &fill->live, error))
    return FALSE;
  if (fill->live != NULL)
    return row_key_init (&fill->key, fill->live, arena, error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT, "table '%s' is not there any more",
               fill->table->name);
  return FALSE;
}

gboolean
sqlite_fill (SqlConnection *connection, const Action *action, guint n_rows,
             FillProgress *progress, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Fill fill;

  progress->n_rows = 0;
  if (!fill_init (&fill, connection, action, arena, error))
    return FALSE;
  fill.n_rows = MAX (n_rows, 1);
  fill.progress = progress;
  gboolean done = FILLS[fill.detail->fill](&fill, error);
  g_clear_error (&fill.failure.error);
  return done;
}

gboolean
sqlite_fill_check (SqlConnection *connection, const Action *action, const char *position,
                   GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  guint64 first;
  Fill fill;

  if (!fill_init (&fill, connection, action, arena, error))
    return FALSE;
  if (fill.detail->fill == FILL_INSERT)
    return walk_read_number (position, table_n_rows (fill.operation->create_table.table),
                             &first, error);
  return walk_check (position, &fill.key, error);
}
