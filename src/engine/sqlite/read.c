/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of live tables.
 */
#include "config.h"

#include "engine/sqlite/read.h"

#include "engine/sqlite/cell.h"
#include "engine/sqlite/connection.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/row_key.h"
#include "engine/sqlite/sql_text.h"

static const char *
select_text (const Table *table, const RowKey *key, gsize max_rows, Arena *arena)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (table); i++)
    g_string_append_printf (columns, "%s%s", i > 0 ? ", " : "",
                            sqlite_identifier (arena, table_column (table, i)->name));
  return arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT %" G_GSIZE_FORMAT,
                       columns->len > 0 ? columns->str : "NULL", key->table, key->list,
                       MIN (max_rows, (gsize) G_MAXINT64));
}

static gboolean
read_row (sqlite3_stmt *statement, Table *table, Value *values, Arena *scratch,
          GError **error)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      if (cell_read (statement, (int) i, &column->type, scratch, &values[i], error))
        continue;
      g_prefix_error (error, "row %" G_GSIZE_FORMAT " of '%s', column '%s': ",
                      table_n_rows (table) + 1, table->name, column->name);
      return FALSE;
    }
  table_insert (table, values);
  return TRUE;
}

static gboolean
read_rows (sqlite3 *db, Table *table, const char *sql, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  g_autofree Value *values = g_new0 (Value, table_n_columns (table) + 1);
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);
  gboolean fine = TRUE;

  while (fine && code == SQLITE_OK && (code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      arena_reset (scratch);
      fine = read_row (statement, table, values, scratch, error);
      code = SQLITE_OK;
    }
  sqlite3_finalize (statement);
  return fine && (code == SQLITE_DONE || sqlite_error (db, table->name, error));
}

Database *
sqlite_read (sqlite3 *db, const Database *shape, gsize max_rows, GError **error)
{
  g_autoptr (Database) result = database_shape (shape);

  for (guint i = 0; i < result->tables->len; i++)
    {
      Table *table = result->tables->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      const SqliteTable *live;
      RowKey key;
      if (!live_table (db, table->name, &live, arena, error)
          || !row_key_init (&key, live, arena, error)
          || !read_rows (db, table, select_text (table, &key, max_rows, arena), error))
        return NULL;
    }
  return g_steal_pointer (&result);
}
