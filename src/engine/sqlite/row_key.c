/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of a live table's row identity.
 */
#include "config.h"

#include "engine/sqlite/row_key.h"

#include "engine/sqlite/sql_text.h"
#include "model/error.h"

static const char *const *
key_columns (const SqliteTable *table, Arena *arena)
{
  const char **columns = arena_new_array (arena, const char *, table->n_columns + 1);

  for (guint i = 0; i < table->n_columns; i++)
    if (table->columns[i].key_position > 0)
      columns[table->columns[i].key_position - 1]
          = sqlite_identifier (arena, table->columns[i].name);
  return columns;
}

gboolean
row_key_init (RowKey *key, const SqliteTable *table, Arena *arena, GError **error)
{
  const char *alias[] = { table->rowid_alias, NULL };

  *key = (RowKey){ .table = sqlite_identifier (arena, table->name),
                   .by_rowid = !table->without_rowid };
  if (key->by_rowid && table->rowid_alias == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "table '%s' has columns that take all names of the rowid (rowid, "
                   "_rowid_, oid), so its rows cannot be told apart; rename one of them",
                   table->name);
      return FALSE;
    }
  key->columns = key->by_rowid ? arena_strv (arena, alias) : key_columns (table, arena);
  g_autofree char *list = g_strjoinv (", ", (char **) key->columns);
  key->n = g_strv_length ((char **) key->columns);
  key->list = arena_strdup (arena, list);
  const char *const *primary = key_columns (table, arena);
  key->lasting
      = primary[0] != NULL && table->rowid_column == NULL ? primary : key->columns;
  return TRUE;
}

const char *
row_key_locator (const RowKey *key, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < key->n; i++)
    g_string_append_printf (text, "%s%s = NEW.%s", i > 0 ? " AND " : "", key->columns[i],
                            key->columns[i]);
  return arena_strdup (arena, text->str);
}
