/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells and rows.
 */
#include "config.h"

#include "engine/mariadb/read.h"

#include <string.h>

#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"
#include "model/text.h"

gboolean
maria_read_cell (const MariadbResult *result, guint row, guint column,
                 const TypeSpec *type, Arena *arena, Value *value, GError **error)
{
  const char *text = mariadb_cell (result, row, column);
  gsize length = text != NULL ? mariadb_cell_length (result, row, column) : 0;

  *value = VALUE_NULL_INIT;
  if (text == NULL)
    return TRUE;
  if (type->base == COLUMN_TYPE_TIMESTAMPTZ)
    {
      text = arena_printf (arena, "%sZ", text);
      length++;
    }
  if (!column_type_is_text (type->base) && type->base != COLUMN_TYPE_BLOB)
    return type_parse (type, text, length, arena, value, error);
  /* What a column holds is its own: also what is longer than declared. */
  if (type->base == COLUMN_TYPE_CHAR)
    length = text_chomp (text, length);
  *value = value_text (arena_strndup (arena, text, length), length);
  return TRUE;
}

static const char *
select_text (const Table *table, const MariaTable *live, gsize max_rows, Arena *arena)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (table); i++)
    g_string_append_printf (columns, "%s%s", i > 0 ? ", " : "",
                            mariadb_identifier (arena, table_column (table, i)->name));
  return arena_printf (arena, "SELECT %s FROM %s%s%s LIMIT %" G_GSIZE_FORMAT,
                       columns->len > 0 ? columns->str : "NULL", live->quoted,
                       live->n_key > 0 ? " ORDER BY " : "",
                       maria_key_list (live, "", arena),
                       MIN (max_rows, (gsize) G_MAXINT64));
}

static gboolean
read_rows (SqlConnection *connection, Table *table, const char *sql, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  g_autofree Value *values = g_new0 (Value, table_n_columns (table) + 1);
  g_autoptr (MariadbResult) result = mariadb_query (connection, sql, error);

  for (guint row = 0; result != NULL && row < mariadb_n_rows (result); row++)
    {
      arena_reset (scratch);
      for (guint i = 0; i < table_n_columns (table); i++)
        {
          const Column *column = table_column (table, i);
          if (maria_read_cell (result, row, i, &column->type, scratch, &values[i], error))
            continue;
          g_prefix_error (error, "row %u of '%s', column '%s': ", row + 1, table->name,
                          column->name);
          return FALSE;
        }
      table_insert (table, values);
    }
  return result != NULL;
}

Database *
maria_read_tables (SqlConnection *connection, const Database *shape, gsize max_rows,
                   GError **error)
{
  g_autoptr (Database) result = database_shape (shape);

  for (guint i = 0; i < result->tables->len; i++)
    {
      Table *table = result->tables->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      const MariaTable *live;
      if (!maria_live_table (connection, table->name, arena, &live, error)
          || !read_rows (connection, table, select_text (table, live, max_rows, arena),
                         error))
        return NULL;
    }
  return g_steal_pointer (&result);
}
