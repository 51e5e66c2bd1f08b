/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of a live table's row identity.
 */
#include "config.h"

#include "engine/sqlite/row_key.h"

#include "engine/sqlite/sql_text.h"
#include "model/error.h"

/* The columns of the primary key, in its order. */
static const char *const *
key_names (const SqliteTable *table, Arena *arena)
{
  const char **names = arena_new_array (arena, const char *, table->n_columns + 1);

  for (guint i = 0; i < table->n_columns; i++)
    if (table->columns[i].key_position > 0)
      names[table->columns[i].key_position - 1] = table->columns[i].name;
  return names;
}

static const char *const *
quoted (const char *const *names, Arena *arena)
{
  guint n = g_strv_length ((char **) names);
  const char **columns = arena_new_array (arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    columns[i] = sqlite_identifier (arena, names[i]);
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
  const char *const *primary = key_names (table, arena);
  key->columns = key->by_rowid ? arena_strv (arena, alias) : quoted (primary, arena);
  g_autofree char *list = g_strjoinv (", ", (char **) key->columns);
  key->n = g_strv_length ((char **) key->columns);
  key->list = arena_strdup (arena, list);
  key->lasting_names = primary[0] != NULL ? primary : key->columns;
  key->lasting = primary[0] != NULL ? quoted (primary, arena) : key->columns;
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

void
row_key_append_shown (const RowKey *key, GString *sql)
{
  for (guint i = 0; key->lasting[i] != NULL; i++)
    {
      g_autoptr (Arena) arena = arena_new ();
      g_string_append_printf (
          sql, "%s%s || ' ' || quote(%s)", i > 0 ? " || ', ' || " : "",
          sqlite_text_literal (arena, key->lasting_names[i]), key->lasting[i]);
    }
}
