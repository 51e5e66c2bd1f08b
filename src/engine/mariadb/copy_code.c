/* SPDX-License-Identifier: Apache-2.0
 *
 * Routines, views and triggers.
 *
 * Who defined them may have no rights in the copy: there they are of the account that
 * copies.
 */
#include "config.h"

#include "engine/mariadb/copy.h"

#include <string.h>

#include "engine/mariadb/database_names.h"
#include "engine/mariadb/sql_text.h"

/* As the session was that made it; the text itself is utf8mb4, as all of ours. */
static gboolean
settle (const MariaCopy *copy, const char *sql_mode, const char *collation,
        GError **error)
{
  return mariadb_exec (copy->connection,
                       arena_printf (copy->arena,
                                     "SET SESSION sql_mode = %s, collation_connection = "
                                     "%s",
                                     mariadb_quote (copy->arena, sql_mode),
                                     mariadb_quote (copy->arena, collation)),
                       NULL, error);
}

/* Routines --------------------------------------------------------------------------- */

/* Behind a name in backticks. */
static const char *
behind_name (const char *at)
{
  const char *end = at + 1;

  while (*end != '\0' && (*end != '`' || end[1] == '`'))
    end += *end == '`' ? 2 : 1;
  return *end != '\0' ? end + 1 : end;
}

/* "CREATE DEFINER=`a`@`b` FUNCTION …" without who it is. */
static const char *
without_definer (const char *text, Arena *arena)
{
  const char *mark = strstr (text, "DEFINER=`");

  if (mark == NULL)
    return text;
  const char *end = behind_name (strchr (mark, '`'));
  if (g_str_has_prefix (end, "@`"))
    end = behind_name (end + 1);
  return arena_printf (arena, "%.*s%s", (int) (mark - text), text, end);
}

/* What is called from elsewhere may be at work elsewhere: one that names another database
 * is left out, and what calls it fails. */
static gboolean
copy_routine (const MariaCopy *copy, const char *kind, const char *name,
              const char *sql_mode, const char *collation, GError **error)
{
  Arena *arena = copy->arena;
  g_autofree char *word = g_ascii_strdown (kind, -1);
  const char *what = arena_printf (arena, "%s '%s'", word, name);
  g_autoptr (GError) problem = NULL;
  const char *text;

  if (!maria_copy_show (copy, kind, name, arena_printf (arena, "Create %s", kind), &text,
                        error))
    return FALSE;
  if (text == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT,
                   "%s cannot be copied: only its definer and who may SELECT from "
                   "mysql.proc can read it",
                   what);
      return FALSE;
    }
  text = maria_copy_text (copy, what, without_definer (text, arena), sql_mode, &problem);
  return text == NULL
         || (settle (copy, sql_mode, collation, error)
             && maria_copy_run (copy, what, text, error));
}

static gboolean
copy_routines (const MariaCopy *copy, GError **error)
{
  g_autoptr (MariadbResult) list = maria_copy_list (
      copy,
      "SELECT ROUTINE_TYPE, ROUTINE_NAME, SQL_MODE, COLLATION_CONNECTION FROM "
      "information_schema.ROUTINES WHERE ROUTINE_SCHEMA",
      "1, 2", error);

  for (guint i = 0; list != NULL && i < mariadb_n_rows (list); i++)
    if (!copy_routine (copy, mariadb_cell (list, i, 0), mariadb_cell (list, i, 1),
                       mariadb_cell (list, i, 2), mariadb_cell (list, i, 3), error))
      return FALSE;
  return list != NULL;
}

/* Views -------------------------------------------------------------------------------
 */

enum
{
  VIEW_NAME,
  VIEW_ALGORITHM,
  VIEW_SECURITY,
  VIEW_TEXT,
  VIEW_CHECK,
  VIEW_COLLATION,
};

/* The catalogue's text names the database of everything, and of columns too. */
static gboolean
copy_view (const MariaCopy *copy, const MariadbResult *list, guint i, GError **error)
{
  Arena *arena = copy->arena;
  const char *name = mariadb_cell (list, i, VIEW_NAME);
  const char *what = arena_printf (arena, "view '%s'", name);
  const char *body = mariadb_cell (list, i, VIEW_TEXT);
  const char *check = mariadb_cell (list, i, VIEW_CHECK);

  if (body == NULL || body[0] == '\0')
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT,
                   "%s cannot be copied: the account needs SHOW VIEW", what);
      return FALSE;
    }
  const MariaNameRules rules = { .ignores_case = copy->ignores_case };
  body = maria_rename_database (body, copy->source, copy->copy, &rules, arena);
  gboolean is_checked = check != NULL && !g_str_equal (check, "NONE");
  return settle (copy, "", mariadb_cell (list, i, VIEW_COLLATION), error)
         && maria_copy_run (
             copy, what,
             arena_printf (
                 arena, "CREATE ALGORITHM = %s SQL SECURITY %s VIEW %s AS %s%s%s%s",
                 mariadb_cell (list, i, VIEW_ALGORITHM),
                 mariadb_cell (list, i, VIEW_SECURITY), mariadb_identifier (arena, name),
                 body, is_checked ? " WITH " : "", is_checked ? check : "",
                 is_checked ? " CHECK OPTION" : ""),
             error);
}

/* A view may read others: in rounds, until none is left or none can be made. */
static gboolean
copy_views (const MariaCopy *copy, GError **error)
{
  g_autoptr (MariadbResult) list = maria_copy_list (
      copy,
      "SELECT TABLE_NAME, ALGORITHM, SECURITY_TYPE, VIEW_DEFINITION, CHECK_OPTION, "
      "COLLATION_CONNECTION FROM information_schema.VIEWS WHERE TABLE_SCHEMA",
      "1", error);

  if (list == NULL)
    return FALSE;
  guint n = mariadb_n_rows (list), n_left = n;
  g_autofree gboolean *done = g_new0 (gboolean, n + 1);
  while (n_left > 0)
    {
      g_autoptr (GError) problem = NULL;
      gboolean moved = FALSE;
      for (guint i = 0; i < n; i++)
        if (!done[i])
          {
            g_clear_error (&problem);
            done[i] = copy_view (copy, list, i, &problem);
            moved = moved || done[i];
            n_left -= done[i] ? 1 : 0;
          }
      if (moved)
        continue;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return TRUE;
}

/* Triggers -----------------------------------------------------------------------------
 */

enum
{
  TRIGGER_NAME,
  TRIGGER_TIME,
  TRIGGER_EVENT,
  TRIGGER_TABLE,
  TRIGGER_TEXT,
  TRIGGER_MODE,
  TRIGGER_COLLATION,
};

static gboolean
copy_trigger (const MariaCopy *copy, const MariadbResult *list, guint i, GError **error)
{
  Arena *arena = copy->arena;
  const char *name = mariadb_cell (list, i, TRIGGER_NAME);
  const char *what = arena_printf (arena, "trigger '%s'", name);
  const char *body = maria_copy_text (copy, what, mariadb_cell (list, i, TRIGGER_TEXT),
                                      mariadb_cell (list, i, TRIGGER_MODE), error);

  return body != NULL
         && settle (copy, mariadb_cell (list, i, TRIGGER_MODE),
                    mariadb_cell (list, i, TRIGGER_COLLATION), error)
         && maria_copy_run (
             copy, what,
             arena_printf (
                 arena, "CREATE TRIGGER %s %s %s ON %s FOR EACH ROW %s",
                 mariadb_identifier (arena, name), mariadb_cell (list, i, TRIGGER_TIME),
                 mariadb_cell (list, i, TRIGGER_EVENT),
                 mariadb_identifier (arena, mariadb_cell (list, i, TRIGGER_TABLE)), body),
             error);
}

/* "GRANT SELECT, TRIGGER ON `app`.* TO …", on the source or on everything. */
static gboolean
is_grant (const MariaCopy *copy, const char *text, gboolean *yes, GError **error)
{
  Arena *arena = copy->arena;
  const char *on = strstr (text, " ON ");
  const char *rights = on != NULL ? arena_strndup (arena, text, (gsize) (on - text)) : "";
  const char *target = on != NULL ? on + strlen (" ON ") : "";

  *yes = strstr (rights, "ALL PRIVILEGES") != NULL || strstr (rights, "TRIGGER") != NULL;
  if (!*yes || g_str_has_prefix (target, "*.*"))
    return TRUE;
  *yes = *target == '`';
  if (!*yes)
    return TRUE;
  const char *end = behind_name (target);
  g_autofree char *inside = g_strndup (target + 1, (gsize) (end - target) - 2);
  g_auto (GStrv) parts = g_strsplit (inside, "``", -1);
  g_autofree char *pattern = g_strjoinv ("`", parts);
  return mariadb_finds (copy->connection,
                        arena_printf (arena, "SELECT 1 FROM DUAL WHERE %s LIKE %s",
                                      mariadb_quote (arena, copy->source),
                                      mariadb_text_literal (arena, pattern)),
                        yes, error);
}

/* Triggers are not shown to those who may not make any: nobody would miss them. */
static gboolean
check_sight (const MariaCopy *copy, GError **error)
{
  g_autoptr (MariadbResult) grants
      = mariadb_query (copy->connection, "SHOW GRANTS", error);
  gboolean found = FALSE;

  if (grants == NULL)
    return FALSE;
  for (guint i = 0; !found && i < mariadb_n_rows (grants); i++)
    if (!is_grant (copy, mariadb_cell (grants, i, 0), &found, error))
      return FALSE;
  if (!found)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT,
                 "triggers of '%s' are hidden from this account: it needs TRIGGER there",
                 copy->source);
  return found;
}

static gboolean
copy_triggers (const MariaCopy *copy, GError **error)
{
  if (!check_sight (copy, error))
    return FALSE;
  g_autoptr (MariadbResult) list = maria_copy_list (
      copy,
      "SELECT TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, "
      "ACTION_STATEMENT, SQL_MODE, COLLATION_CONNECTION FROM "
      "information_schema.TRIGGERS WHERE TRIGGER_SCHEMA",
      "EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER", error);

  for (guint i = 0; list != NULL && i < mariadb_n_rows (list); i++)
    if (!copy_trigger (copy, list, i, error))
      return FALSE;
  return list != NULL;
}

gboolean
maria_copy_code (const MariaCopy *copy, GError **error)
{
  return copy_routines (copy, error) && copy_views (copy, error)
         && copy_triggers (copy, error);
}
