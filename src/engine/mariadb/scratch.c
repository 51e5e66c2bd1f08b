/* SPDX-License-Identifier: Apache-2.0
 *
 * Making them and dropping them.
 */
#include "config.h"

#include "engine/mariadb/scratch.h"

#include <string.h>

#include "engine/mariadb/connection.h"
#include "engine/mariadb/copy.h"
#include "engine/mariadb/database_names.h"
#include "engine/mariadb/detail.h"
#include "engine/mariadb/mariadb.h"
#include "engine/mariadb/sql_text.h"
#include "engine/sql/scratch.h"
#include "model/error.h"

/* Names ------------------------------------------------------------------------------ */

/* @url with another database: what stands between the host and a '?'. */
static char *
url_of (const char *url, const char *name)
{
  const char *host = strstr (url, "://") + strlen ("://");
  const char *path = host + strcspn (host, "/");
  const char *rest = path + strcspn (path, "?#");

  return g_strdup_printf ("%.*s/%s%s", (int) (path - url), url, name, rest);
}

static gboolean
ignores_case (SqlConnection *connection, gboolean *yes, GError **error)
{
  return mariadb_finds (
      connection, "SELECT 1 FROM DUAL WHERE @@lower_case_table_names <> 0", yes, error);
}

/* All that are known to the account but @without; those of the server itself can only be
 * read. (transfer full) */
static GPtrArray *
other_databases (SqlConnection *connection, const char *without, GError **error)
{
  g_autoptr (MariadbResult) rows = mariadb_query (
      connection,
      "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN "
      "('information_schema', 'performance_schema')",
      error);

  if (rows == NULL)
    return NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < mariadb_n_rows (rows); i++)
    if (!g_str_equal (mariadb_cell (rows, i, 0), without))
      g_ptr_array_add (names, g_strdup (mariadb_cell (rows, i, 0)));
  return names;
}

/* Copying ---------------------------------------------------------------------------- */

static gboolean
create (const MariaCopy *copy, GError **error)
{
  Arena *arena = copy->arena;
  const char *like;

  if (!mariadb_text (
          copy->connection,
          "SELECT CONCAT('CHARACTER SET ', @@character_set_database, ' COLLATE "
          "', @@collation_database)",
          &like, arena, error))
    return FALSE;
  if (mariadb_exec (copy->connection,
                    arena_printf (arena, "CREATE DATABASE %s %s", copy->scratch, like),
                    NULL, error))
    return TRUE;
  g_prefix_error (error,
                  "a rehearsal makes scratch databases, for which the account needs ALL "
                  "PRIVILEGES ON `zdm\\_rehearse\\_%%`.*: ");
  return FALSE;
}

static gboolean
drop (SqlConnection *connection, const char *quoted, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return mariadb_exec (connection,
                       arena_printf (arena, "DROP DATABASE IF EXISTS %s", quoted), NULL,
                       error);
}

/* What is there is taken as it is, whatever checks say of it. */
#define AS_IT_IS                                                                         \
  "SET SESSION sql_mode = "                                                              \
  "'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'" \
  ", foreign_key_checks = 0, check_constraint_checks = 0, innodb_strict_mode = 0"

static gboolean
fill (const MariaCopy *copy, GError **error)
{
  return mariadb_exec (copy->connection,
                       arena_printf (copy->arena, "USE %s", copy->scratch), NULL, error)
         && mariadb_exec (copy->connection, AS_IT_IS, NULL, error)
         && maria_copy_tables (copy, error) && maria_copy_code (copy, error);
}

static gboolean
look_around (MariaCopy *copy, GError **error)
{
  Arena *arena = copy->arena;

  if (!mariadb_text (copy->connection, "SELECT DATABASE()", &copy->source, arena, error)
      || !ignores_case (copy->connection, &copy->ignores_case, error)
      || !mariadb_finds (copy->connection,
                         "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                         "DATABASE() AND LOWER(TABLE_NAME) = LOWER(TABLE_SCHEMA)",
                         &copy->is_ambiguous, error))
    return FALSE;
  copy->home = mariadb_identifier (arena, copy->source);
  copy->scratch = mariadb_identifier (arena, copy->copy);
  copy->is_live = !sql_is_scratch (copy->source);
  copy->others = other_databases (copy->connection, copy->copy, error);
  return copy->others != NULL;
}

static gboolean
refuse_cluster (SqlConnection *connection, GError **error)
{
  if (connection->is_node)
    g_set_error (
        error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
        "every statement of a rehearsal would hold up all nodes of this cluster; "
        "rehearse on a server of its own, with a backup of this database");
  return !connection->is_node;
}

static gboolean
make_copy (MariaCopy *copy, GError **error)
{
  if (!refuse_cluster (copy->connection, error) || !look_around (copy, error)
      || !create (copy, error))
    return FALSE;
  if (fill (copy, error))
    return TRUE;
  drop (copy->connection, copy->scratch, NULL);
  return FALSE;
}

char *
mariadb_copy (const char *url, const char *path, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *name = sql_scratch_name (path);
  MariaCopy copy = { .copy = name, .arena = arena };

  copy.connection = engine_mariadb.open (url, SQL_READ_WRITE, error);
  if (copy.connection == NULL)
    return NULL;
  gboolean fine = make_copy (&copy, error);
  engine_mariadb.close (copy.connection);
  if (copy.others != NULL)
    g_ptr_array_unref (copy.others);
  return fine ? url_of (url, name) : NULL;
}

void
mariadb_forget_copy (const char *url)
{
  g_autoptr (Arena) arena = arena_new ();
  SqlConnection *connection = engine_mariadb.open (url, SQL_READ_WRITE, NULL);
  const char *name;

  if (connection == NULL)
    return;
  if (mariadb_text (connection, "SELECT DATABASE()", &name, arena, NULL)
      && sql_is_scratch (name))
    drop (connection, mariadb_identifier (arena, name), NULL);
  engine_mariadb.close (connection);
}

/* Runs --------------------------------------------------------------------------------
 */

gboolean
maria_scratch_admit (SqlConnection *connection, const Action *action, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaDetail *detail = action->detail;
  MariaNameRules rules = { FALSE };
  const char *name;

  if ((detail->kind != MARIA_SCRIPT && detail->kind != MARIA_VERIFY)
      || !mariadb_text (connection, "SELECT DATABASE()", &name, arena, error)
      || !sql_is_scratch (name))
    return TRUE;
  g_autoptr (GPtrArray) others = other_databases (connection, name, error);
  if (others == NULL || !ignores_case (connection, &rules.ignores_case, error))
    return FALSE;
  const char *other = maria_named_database (detail->text, others, &rules, arena);
  if (other != NULL)
    g_set_error (
        error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
        "this `sql` names the database '%s', which a rehearsal on a copy must not "
        "reach",
        other);
  return other == NULL;
}
