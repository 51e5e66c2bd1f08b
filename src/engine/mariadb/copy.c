/* SPDX-License-Identifier: Apache-2.0
 *
 * What copying tables and copying code have in common.
 */
#include "config.h"

#include "engine/mariadb/copy.h"

#include <string.h>

#include "engine/mariadb/database_names.h"
#include "engine/mariadb/sql_text.h"

const char *
maria_copy_text (const MariaCopy *copy, const char *what, const char *text,
                 const char *sql_mode, GError **error)
{
  const MariaNameRules rules
      = { .ignores_case = copy->ignores_case,
          .no_escapes
          = sql_mode != NULL && strstr (sql_mode, "NO_BACKSLASH_ESCAPES") != NULL };
  /* In what the server has written a name with a point behind it is no table's. */
  const char *own
      = copy->is_ambiguous && sql_mode != NULL
            ? text
            : maria_rename_database (text, copy->source, copy->copy, &rules, copy->arena);
  const char *other = maria_named_database (own, copy->others, &rules, copy->arena);

  if (other == NULL)
    return own;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
               "%s names the database '%s', which a rehearsal on a copy must not reach",
               what, other);
  return NULL;
}

MariadbResult *
maria_copy_list (const MariaCopy *copy, const char *select, const char *order,
                 GError **error)
{
  return mariadb_query (copy->connection,
                        arena_printf (copy->arena, "%s = %s ORDER BY %s", select,
                                      mariadb_quote (copy->arena, copy->source), order),
                        error);
}

gboolean
maria_copy_run (const MariaCopy *copy, const char *what, const char *sql, GError **error)
{
  if (mariadb_exec (copy->connection, sql, NULL, error))
    return TRUE;
  g_prefix_error (error, "%s cannot be copied: ", what);
  return FALSE;
}

gboolean
maria_copy_show (const MariaCopy *copy, const char *kind, const char *name,
                 const char *column, const char **text, GError **error)
{
  g_autoptr (MariadbResult) result
      = mariadb_query (copy->connection,
                       arena_printf (copy->arena, "SHOW CREATE %s %s.%s", kind,
                                     copy->home, mariadb_identifier (copy->arena, name)),
                       error);
  guint i;

  *text = NULL;
  if (result == NULL)
    return FALSE;
  if (mariadb_n_rows (result) > 0 && mariadb_find_column (result, column, &i))
    *text = arena_strdup (copy->arena, mariadb_cell (result, 0, i));
  return TRUE;
}
