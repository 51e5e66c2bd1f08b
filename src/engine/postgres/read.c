/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells and rows.
 */
#include "config.h"

#include "engine/postgres/read.h"

#include <string.h>

#include "engine/postgres/live.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"
#include "model/text.h"

static gboolean
read_bytes (const char *text, Arena *arena, Value *value, GError **error)
{
  gsize n = strlen (text) / 2;
  char *bytes = arena_alloc (arena, n + 1);

  if (!g_str_has_prefix (text, "\\x"))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION,
                   "bytes do not come in hexadecimal digits");
      return FALSE;
    }
  for (gsize i = 1; i < n; i++)
    bytes[i - 1] = (char) (g_ascii_xdigit_value (text[2 * i]) * 16
                           + g_ascii_xdigit_value (text[2 * i + 1]));
  *value = value_text (bytes, n - 1);
  return TRUE;
}

gboolean
pg_read_cell (const PostgresResult *result, int row, int column, const TypeSpec *type,
              Arena *arena, Value *value, GError **error)
{
  const char *text = postgres_cell (result, row, column);
  gsize length = (gsize) PQgetlength (result, row, column);

  *value = VALUE_NULL_INIT;
  if (text == NULL)
    return TRUE;
  if (type->base == COLUMN_TYPE_BLOB)
    return read_bytes (text, arena, value, error);
  if (type->base == COLUMN_TYPE_BOOLEAN && length == 1)
    text = text[0] == 't' ? "1" : "0";
  if (!column_type_is_text (type->base))
    return type_parse (type, text, length, arena, value, error);
  /* What a column holds is its own: also what is longer than declared. */
  if (type->base == COLUMN_TYPE_CHAR)
    length = text_chomp (text, length);
  *value = value_text (arena_strndup (arena, text, length), length);
  return TRUE;
}

static const char *
select_text (const Table *table, const PgTable *live, gsize max_rows, Arena *arena)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (table); i++)
    g_string_append_printf (columns, "%s%s", i > 0 ? ", " : "",
                            postgres_identifier (arena, table_column (table, i)->name));
  return arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT %" G_GSIZE_FORMAT,
                       columns->len > 0 ? columns->str : "NULL", live->quoted,
                       live->n_key > 0 ? pg_key_list (live, "", arena) : "ctid",
                       MIN (max_rows, (gsize) G_MAXINT64));
}

static gboolean
read_rows (SqlConnection *connection, Table *table, const char *sql, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  g_autofree Value *values = g_new0 (Value, table_n_columns (table) + 1);
  g_autoptr (PostgresResult) result = postgres_query (connection, sql, error);

  for (int row = 0; result != NULL && row < PQntuples (result); row++)
    {
      arena_reset (scratch);
      for (guint i = 0; i < table_n_columns (table); i++)
        {
          const Column *column = table_column (table, i);
          if (pg_read_cell (result, row, (int) i, &column->type, scratch, &values[i],
                            error))
            continue;
          g_prefix_error (error, "row %d of '%s', column '%s': ", row + 1, table->name,
                          column->name);
          return FALSE;
        }
      table_insert (table, values);
    }
  return result != NULL;
}

Database *
pg_read_tables (SqlConnection *connection, const Database *shape, gsize max_rows,
                GError **error)
{
  g_autoptr (Database) result = database_shape (shape);

  for (guint i = 0; i < result->tables->len; i++)
    {
      Table *table = result->tables->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      const PgTable *live;
      if (!pg_live_table (connection, table->name, arena, &live, error)
          || !read_rows (connection, table, select_text (table, live, max_rows, arena),
                         error))
        return NULL;
    }
  return g_steal_pointer (&result);
}
