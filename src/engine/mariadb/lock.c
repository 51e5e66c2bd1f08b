/* SPDX-License-Identifier: Apache-2.0
 *
 * LOCK TABLES.
 */
#include "config.h"

#include "engine/mariadb/lock.h"

#include <string.h>

#include "engine/mariadb/live.h"
#include "engine/mariadb/shown.h"
#include "engine/mariadb/sql_text.h"

/* Sequences --------------------------------------------------------------------- */

/* What the server shows of NEXTVAL(), NEXT VALUE FOR, LASTVAL() and SETVAL(). */
static gboolean
is_of_sequence (const char *word, gsize length)
{
  static const char *const FUNCTIONS[] = { "nextval", "lastval", "setval" };

  for (gsize i = 0; i < G_N_ELEMENTS (FUNCTIONS); i++)
    if (strlen (FUNCTIONS[i]) == length
        && g_ascii_strncasecmp (FUNCTIONS[i], word, length) == 0)
      return TRUE;
  return FALSE;
}

/* "`db`.`s`" at @text, as it is shown; its length, or 0. */
static gsize
name_length (const char *text)
{
  const char *end = text;

  while (*end == '`')
    {
      end = maria_behind_token (end);
      if (*end == '.')
        end++;
    }
  return (gsize) (end - text);
}

/* @names: gets the quoted names that are not in it yet */
static void
add_sequences (const char *expression, GPtrArray *names, Arena *arena)
{
  for (const char *at = expression; *at != '\0';)
    {
      const char *end = maria_behind_token (at);
      gboolean calls = *end == '(' && is_of_sequence (at, (gsize) (end - at));
      at = end;
      if (!calls)
        continue;
      const char *name = arena_strndup (arena, at + 1, name_length (at + 1));
      if (name[0] != '\0'
          && !g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer) name);
    }
}

/* The lock ---------------------------------------------------------------------- */

static gboolean
find_locks (SqlConnection *connection, const char *const *tables, gboolean back,
            GPtrArray *names, Arena *arena, GError **error)
{
  for (guint i = 0; tables[i] != NULL; i++)
    {
      const MariaTable *table;
      if (!maria_read_table (connection, tables[i], arena, &table, error))
        return FALSE;
      if (table != NULL || !back)
        g_ptr_array_add (names, (gpointer) mariadb_identifier (arena, tables[i]));
      for (guint j = 0; table != NULL && j < table->n_columns; j++)
        if (table->columns[j].default_text != NULL)
          add_sequences (table->columns[j].default_text, names, arena);
    }
  return TRUE;
}

gboolean
maria_lock_tables (SqlConnection *connection, const char *const *tables, gboolean back,
                   gboolean *locked, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GString) sql = g_string_new ("LOCK TABLES ");

  *locked = FALSE;
  if (!find_locks (connection, tables, back, names, arena, error))
    return FALSE;
  if (names->len == 0)
    return TRUE;
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (sql, "%s%s WRITE", i > 0 ? ", " : "",
                            (const char *) names->pdata[i]);
  *locked = mariadb_exec (connection, sql->str, NULL, error);
  return *locked;
}

gboolean
maria_unlock_tables (SqlConnection *connection, gboolean fine, GError **error)
{
  return mariadb_exec (connection, "UNLOCK TABLES", NULL, fine ? error : NULL) && fine;
}

const char *
maria_lock_text (const char *const *tables, Arena *arena)
{
  g_autoptr (GString) sql = g_string_new ("LOCK TABLES ");

  for (guint i = 0; tables[i] != NULL; i++)
    g_string_append_printf (sql, "%s WRITE, ", mariadb_identifier (arena, tables[i]));
  g_string_append (sql, "…");
  return arena_strdup (arena, sql->str);
}
