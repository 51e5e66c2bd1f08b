/* SPDX-License-Identifier: Apache-2.0
 *
 * Halves.
 */
#include "config.h"

#include "engine/mariadb/half.h"

#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"

/* What the file says of the new table comes first: NOT NULL, and a default. */
static MariaColumn
as_in_old (const MariaColumn *column, const MariaColumn *old)
{
  MariaColumn wanted = *old;

  wanted.not_null = column->not_null;
  wanted.auto_increment = FALSE;
  wanted.invisible = FALSE;
  if (column->default_text != NULL
      && g_ascii_strcasecmp (column->default_text, "NULL") != 0)
    wanted.default_text = column->default_text;
  return wanted;
}

/* "MODIFY COLUMN `a` …, MODIFY COLUMN …"; "": there is nothing to change */
static const char *
modifications (const MariaTable *table, const MariaTable *old, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    {
      const MariaColumn *column = &table->columns[i];
      const MariaColumn *like = maria_find_column (old, column->name);
      if (like == NULL || like->generated)
        continue;
      const MariaColumn wanted = as_in_old (column, like);
      g_string_append_printf (
          text, "%sMODIFY COLUMN %s %s", text->len > 0 ? ", " : "",
          mariadb_identifier (arena, column->name),
          maria_live_definition (&wanted, wanted.not_null, FALSE, arena));
    }
  return arena_strdup (arena, text->str);
}

/* It is empty, and nobody writes to it before the triggers come. */
gboolean
maria_make_half (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table, *old;

  if (!mariadb_define (connection, detail->text, error)
      || !maria_live_table (connection, detail->table, arena, &table, error)
      || !maria_live_table (connection, detail->like, arena, &old, error))
    return FALSE;
  const char *changes = modifications (table, old, arena);
  return changes[0] == '\0'
         || mariadb_define (
             connection,
             arena_printf (arena, "ALTER TABLE %s %s", table->quoted, changes), error);
}
