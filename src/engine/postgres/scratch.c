/* SPDX-License-Identifier: Apache-2.0
 *
 * Making them, dropping them, and what is in one.
 */
#include "config.h"

#include "engine/postgres/scratch.h"

#include <glib/gstdio.h>

#include "engine/postgres/connection.h"
#include "engine/postgres/postgres.h"
#include "engine/postgres/sql_text.h"
#include "engine/sql/scratch.h"
#include "model/error.h"

/* Connection strings -------------------------------------------------------------- */

/* "key='value'", with what ends a value escaped. */
static void
append_option (GString *text, const char *key, const char *value)
{
  g_string_append_printf (text, "%s='", key);
  for (; *value != '\0'; value++)
    {
      if (*value == '\'' || *value == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *value);
    }
  g_string_append (text, "' ");
}

/* @url with another database. @password: (out) (optional) (transfer full): is taken out
 * of it; NULL: stays in it */
static char *
url_of (const char *url, const char *database, char **password, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *problem = NULL;
  PQconninfoOption *options = PQconninfoParse (url, &problem);

  if (options == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT, "%s",
                   problem != NULL ? problem : "out of memory");
      PQfreemem (problem);
      return NULL;
    }
  for (PQconninfoOption *option = options; option->keyword != NULL; option++)
    {
      gboolean is_name = g_str_equal (option->keyword, "dbname");
      if (password != NULL && g_str_equal (option->keyword, "password"))
        *password = g_strdup (option->val);
      else if (is_name && database != NULL)
        append_option (text, option->keyword, database);
      else if (option->val != NULL)
        append_option (text, option->keyword, option->val);
    }
  PQconninfoFree (options);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The database's name, as it is connected to. */
static char *
current_database (SqlConnection *connection, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *name;

  return postgres_text (connection, "SELECT pg_catalog.current_database()", &name, arena,
                        error)
             ? g_strdup (name)
             : NULL;
}

/* Copying ------------------------------------------------------------------------- */

static gboolean
spawn (const char *const *argv, const char *password, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *said = NULL;
  int status;

  if (password != NULL)
    environment = g_environ_setenv (environment, "PGPASSWORD", password, TRUE);
  if (!g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL,
                     NULL, &said, &status, NULL))
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_CONNECT,
          "a rehearsal copies the database by pg_dump and pg_restore, and there is "
          "no %s",
          argv[0]);
      return FALSE;
    }
  if (g_spawn_check_wait_status (status, NULL))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT, "%s: %s", argv[0], g_strchomp (said));
  return FALSE;
}

/* Applications go on using it, so that the server makes no copy of it. */
static gboolean
dump_and_restore (const char *url, const char *name, const char *path, GError **error)
{
  g_autofree char *password = NULL, *ignored = NULL;
  g_autofree char *from = url_of (url, NULL, &password, error);
  g_autofree char *to = url_of (url, name, &ignored, error);
  const char *const dump[]
      = { "pg_dump", "--format=custom", "--file", path, "--dbname", from, NULL };
  const char *const restore[]
      = { "pg_restore", "--exit-on-error", "--no-owner", "--dbname", to, path, NULL };

  if (from == NULL || to == NULL)
    return FALSE;
  gboolean fine = spawn (dump, password, error) && spawn (restore, password, error);
  g_unlink (path);
  return fine;
}

static gboolean
create (SqlConnection *connection, const char *name, const char *like, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *sql = arena_printf (arena, "CREATE DATABASE %s TEMPLATE %s",
                                  postgres_identifier (arena, name),
                                  postgres_identifier (arena, like));

  return postgres_exec (connection, sql, NULL, error);
}

static void
drop (SqlConnection *connection, const char *name)
{
  g_autoptr (Arena) arena = arena_new ();

  postgres_exec (connection,
                 arena_printf (arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)",
                               postgres_identifier (arena, name)),
                 NULL, NULL);
}

static gboolean
copy_to (SqlConnection *connection, const char *url, const char *name, const char *path,
         GError **error)
{
  g_autofree char *source = current_database (connection, error);

  if (source == NULL)
    return FALSE;
  if (sql_is_scratch (source))
    return create (connection, name, source, error);
  if (!create (connection, name, "template0", error))
    {
      g_prefix_error (error,
                      "a rehearsal makes scratch databases, for which the role needs "
                      "CREATEDB: ");
      return FALSE;
    }
  if (dump_and_restore (url, name, path, error))
    return TRUE;
  drop (connection, name);
  return FALSE;
}

char *
postgres_copy (const char *url, const char *path, GError **error)
{
  g_autofree char *name = sql_scratch_name (path);
  SqlConnection *connection = engine_postgres.open (url, SQL_READ_WRITE, error);
  char *copy = NULL;

  if (connection == NULL)
    return NULL;
  if (copy_to (connection, url, name, path, error))
    copy = url_of (url, name, NULL, error);
  engine_postgres.close (connection);
  return copy;
}

void
postgres_forget_copy (const char *url)
{
  SqlConnection *connection = engine_postgres.open (url, SQL_READ_WRITE, NULL);
  g_autofree char *name = connection != NULL ? current_database (connection, NULL) : NULL;

  if (connection != NULL)
    engine_postgres.close (connection);
  if (name == NULL || !sql_is_scratch (name))
    return;
  g_autofree char *server = url_of (url, "postgres", NULL, NULL);
  connection
      = server != NULL ? engine_postgres.open (server, SQL_READ_WRITE, NULL) : NULL;
  if (connection == NULL)
    return;
  drop (connection, name);
  engine_postgres.close (connection);
}

/* What is in it --------------------------------------------------------------------- */

#define OURS                                                     \
  "n.nspname IN ('pg_catalog', 'information_schema', 'zdm') OR " \
  "pg_catalog.starts_with(n.nspname::text, 'pg_')"
#define RELATIONS                                                          \
  "pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = " \
  "c.relnamespace"

/* One text a thing of the schema. */
static const char SCHEMA[]
    = "SELECT pg_catalog.concat_ws(' ', c.relkind, n.nspname, c.relname, c.relacl, "
      "c.reloptions, c.relrowsecurity, CASE WHEN c.relkind IN ('v', 'm') THEN "
      "pg_catalog.pg_get_viewdef(c.oid) WHEN c.relkind IN ('i', 'I') THEN "
      "pg_catalog.pg_get_indexdef(c.oid) END, pg_catalog.obj_description(c.oid, 'pg_class')) "
      "AS t FROM " RELATIONS " WHERE NOT (" OURS ") "
      "UNION ALL SELECT pg_catalog.concat_ws(' ', n.nspname, c.relname, "
      "pg_catalog.row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname, "
      "pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, "
      "a.attgenerated, a.attcollation, a.attacl, pg_catalog.pg_get_expr(d.adbin, d.adrelid), "
      "pg_catalog.col_description(c.oid, a.attnum)) FROM " RELATIONS " JOIN "
      "pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
      "a.attisdropped LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND "
      "d.adnum = a.attnum WHERE c.relkind IN ('r', 'p', 'v', 'm') AND NOT (" OURS ") "
      "UNION ALL SELECT pg_catalog.concat_ws(' ', n.nspname, c.relname, k.conname, "
      "pg_catalog.pg_get_constraintdef(k.oid)) FROM " RELATIONS " JOIN "
      "pg_catalog.pg_constraint AS k ON k.conrelid = c.oid WHERE NOT (" OURS ") "
      "UNION ALL SELECT pg_catalog.concat_ws(' ', n.nspname, c.relname, "
      "pg_catalog.pg_get_triggerdef(g.oid)) FROM " RELATIONS
      " JOIN pg_catalog.pg_trigger AS g "
      "ON g.tgrelid = c.oid AND NOT g.tgisinternal WHERE NOT (" OURS ") "
      "UNION ALL SELECT pg_catalog.concat_ws(' ', n.nspname, p.proname, p.prosrc) FROM "
      "pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace "
      "WHERE NOT (" OURS ") ORDER BY t";

static const char TABLES[] = "SELECT c.oid::pg_catalog.regclass FROM " RELATIONS
                             " WHERE c.relkind IN ('r', 'p') AND "
                             "NOT (" OURS ") ORDER BY 1";

static gboolean
add_rows (SqlConnection *connection, const char *sql, GChecksum *checksum, GError **error)
{
  g_autoptr (PostgresResult) rows = postgres_query (connection, sql, error);

  for (int i = 0; rows != NULL && i < PQntuples (rows); i++)
    {
      const char *text = postgres_cell (rows, i, 0);
      g_checksum_update (checksum, (const guchar *) (text != NULL ? text : ""), -1);
      g_checksum_update (checksum, (const guchar *) "\n", 1);
    }
  return rows != NULL;
}

char *
postgres_digest (SqlConnection *connection, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (PostgresResult) tables = postgres_query (connection, TABLES, error);

  if (tables == NULL || !add_rows (connection, SCHEMA, checksum, error))
    return NULL;
  for (int i = 0; i < PQntuples (tables); i++)
    {
      const char *table = postgres_cell (tables, i, 0);
      const char *sql = arena_printf (
          arena,
          "SELECT pg_catalog.concat_ws(' ', %s, pg_catalog.count(*), "
          "pg_catalog.md5(pg_catalog.string_agg(pg_catalog.md5(t::text), '' "
          "ORDER BY pg_catalog.md5(t::text)))) FROM %s AS t",
          postgres_quote (arena, table), table);
      if (!add_rows (connection, sql, checksum, error))
        return NULL;
    }
  return g_strdup (g_checksum_get_string (checksum));
}
