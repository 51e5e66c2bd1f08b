/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite files for tests.
 */
#include "config.h"

#include "sql_fixture.h"

#include "engine/sqlite/connection.h"
#include "engine/sqlite/sqlite.h"
#include "testing.h"

#define PATIENCE_MS 10000

SqlConnection *
sql_fixture_connect (const SqlFixture *fixture, SqlAccess access)
{
  g_autoptr (GError) error = NULL;
  SqlConnection *connection = engine_sqlite.open (fixture->url, access, &error);

  assert_no_error (error);
  return connection;
}

SqlFixture *
sql_fixture_new (const char *sql)
{
  SqlFixture *fixture = g_new0 (SqlFixture, 1);

  fixture->folder = testing_tmpdir ();
  fixture->path = g_build_filename (fixture->folder, "a.db", NULL);
  fixture->url = g_strconcat ("sqlite:", fixture->path, NULL);
  fixture->connection = sql_fixture_connect (fixture, SQL_CREATE);
  fixture->db = sqlite_connection_handle (fixture->connection);
  if (sql != NULL)
    sql_exec (fixture->db, sql);
  return fixture;
}

void
sql_fixture_free (SqlFixture *fixture)
{
  if (fixture == NULL)
    return;
  engine_sqlite.close (fixture->connection);
  testing_remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->url);
  g_free (fixture);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

char *
sql_fixture_files (const SqlFixture *fixture)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

void
sql_exec (sqlite3 *db, const char *sql)
{
  char *problem = NULL;

  sqlite3_exec (db, sql, NULL, NULL, &problem);
  ck_assert_msg (problem == NULL, "%s: %s", sql, problem);
}

static int
add_row (void *data, int n, char **cells, G_GNUC_UNUSED char **names)
{
  GString *text = data;

  for (int i = 0; i < n; i++)
    {
      g_string_append (text, i > 0 ? "|" : text->len > 0 ? "; " : "");
      g_string_append (text, cells[i] != NULL ? cells[i] : "~");
    }
  return 0;
}

char *
sql_rows (sqlite3 *db, const char *sql)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *problem = NULL;

  sqlite3_exec (db, sql, add_row, text, &problem);
  ck_assert_msg (problem == NULL, "%s: %s", sql, problem);
  return g_strdup (text->str);
}

void
assert_sql (sqlite3 *db, const char *sql, const char *rows)
{
  g_autofree char *actual = sql_rows (db, sql);

  ck_assert_msg (g_str_equal (actual, rows), "%s gave %s, expected %s", sql, actual,
                 rows);
}

void
assert_sound (sqlite3 *db)
{
  assert_sql (db, "PRAGMA integrity_check", "ok");
  assert_sql (db, "PRAGMA foreign_key_check", "");
}

void
sql_begin (SqlConnection *connection, SqlPurpose purpose)
{
  g_autoptr (GError) error = NULL;

  connection->engine->begin (connection, purpose, PATIENCE_MS, &error);
  assert_no_error (error);
}

void
sql_commit (SqlConnection *connection)
{
  g_autoptr (GError) error = NULL;

  connection->engine->commit (connection, &error);
  assert_no_error (error);
}
