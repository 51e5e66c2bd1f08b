/* SPDX-License-Identifier: Apache-2.0
 *
 * Names, by what they are over.
 */
#include "config.h"

#include "engine/mariadb/unique_name.h"

#include "engine/mariadb/sql_text.h"

/* "'a', 'b'": all that the file names. */
static const char *
declared_names (const Table *declared, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("'PRIMARY'");

  for (guint i = 0; i < declared->indexes->len; i++)
    g_string_append_printf (
        text, ", %s",
        mariadb_quote (arena, ((const Index *) declared->indexes->pdata[i])->name));
  for (guint i = 0; i < declared->constraints->len; i++)
    g_string_append_printf (
        text, ", %s",
        mariadb_quote (arena,
                       ((const Constraint *) declared->constraints->pdata[i])->name));
  return arena_strdup (arena, text->str);
}

/* In lower case and their order. */
static const char *
column_list (const char *const *columns, Arena *arena)
{
  g_autofree char *list = g_strjoinv (",", (char **) columns);
  g_autofree char *lower = g_ascii_strdown (list, -1);

  return arena_strdup (arena, lower);
}

#define OF_TABLE                                                            \
  "FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND " \
  "TABLE_NAME = %s"

const char *
maria_unique_query (const Table *declared, const char *name, const char *const *columns,
                    Arena *arena)
{
  const char *table = mariadb_quote (arena, declared->name);

  return arena_printf (
      arena,
      "SELECT INDEX_NAME " OF_TABLE
      " AND INDEX_NAME NOT IN (%s) AND LEFT(INDEX_NAME, 4) <> 'zdm_' AND NOT EXISTS "
      "(SELECT 1 " OF_TABLE " AND INDEX_NAME = %s) GROUP BY INDEX_NAME HAVING "
      "MAX(NON_UNIQUE) = 0 AND MAX(SUB_PART IS NOT NULL) = 0 AND "
      "GROUP_CONCAT(LOWER(CONVERT(COLUMN_NAME USING utf8mb4)) COLLATE utf8mb4_bin ORDER "
      "BY SEQ_IN_INDEX) = %s ORDER BY INDEX_NAME LIMIT 1",
      table, declared_names (declared, arena), table, mariadb_quote (arena, name),
      mariadb_quote (arena, column_list (columns, arena)));
}

gboolean
maria_unique_name (SqlConnection *connection, const Table *declared, const char *name,
                   const char *const *columns, const char **live, Arena *arena,
                   GError **error)
{
  return mariadb_text (connection, maria_unique_query (declared, name, columns, arena),
                       live, arena, error);
}

gboolean
maria_unique_names (SqlConnection *connection, const Table *declared,
                    const char *const **names, Arena *arena, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; i < declared->constraints->len; i++)
    {
      const Constraint *key = declared->constraints->pdata[i];
      const char *live = NULL;
      if (key->kind == CONSTRAINT_UNIQUE
          && !maria_unique_name (connection, declared, key->name, key->columns, &live,
                                 arena, error))
        return FALSE;
      if (live != NULL)
        g_ptr_array_add (list, (gpointer) live);
    }
  *names = arena_ptr_array (arena, list);
  return TRUE;
}
