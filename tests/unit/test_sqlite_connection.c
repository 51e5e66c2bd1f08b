/* SPDX-License-Identifier: Apache-2.0
 *
 * What a URL opens, what it refuses, and what a connection does with transactions.
 */
#include "config.h"

#include "engine/sqlite/connection.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/sqlite/sqlite.h"
#include "fixture.h"
#include "sql_fixture.h"
#include "testing.h"

#define NOBODY 65534

static void
make_database (const char *path)
{
  sqlite3 *db = NULL;

  ck_assert_int_eq (
      sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
      SQLITE_OK);
  sql_exec (db, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
  sqlite3_close (db);
}

/* Opens and reads it; what is in `t`, or why not.  (transfer full) */
static char *
try_url (const char *url, SqlAccess access, ZdmError *code)
{
  g_autoptr (GError) error = NULL;
  SqlConnection *connection = engine_sqlite.open (url, access, &error);

  *code = (ZdmError) -1;
  if (connection == NULL)
    {
      ck_assert_msg (error != NULL && error->domain == ZDM_ERROR, "no reason");
      *code = (ZdmError) error->code;
      return g_strdup (error->message);
    }
  assert_no_error (error);
  char *rows = sql_rows (sqlite_connection_handle (connection), "SELECT a FROM t");
  engine_sqlite.close (connection);
  return rows;
}

static void
assert_opens (const char *url)
{
  ZdmError code;
  g_autofree char *rows = try_url (url, SQL_READ_ONLY, &code);
  g_autofree char *rows_of_writer = try_url (url, SQL_READ_WRITE, &code);

  ck_assert_msg (g_str_equal (rows, "7"), "%s to read: %s", url, rows);
  ck_assert_msg (g_str_equal (rows_of_writer, "7"), "%s to write: %s", url,
                 rows_of_writer);
}

static void
assert_refused (const char *url, SqlAccess access, const char *why)
{
  ZdmError code;
  g_autofree char *message = try_url (url, access, &code);

  ck_assert_msg (code == ZDM_ERROR_CONNECT, "%s: %s", url, message);
  assert_has (message, why);
}

/* Names ----------------------------------------------------------------------- */

TEST (sqlite_open__takes_a_path_as_it_stands)
{
  static const char *const NAMES[]
      = { "plain.db",       "with space.db",    "a%20b.db",       "100%.db",
          "what?.db",       "a?mode=ro",        "x#fragment",     "ünï-漢字.db",
          "quo'te\".db",    "semi;colon&.db",   "back\\slash.db", "file:x.db",
          "mode=memory.db", "is:memory:not.db", "new\nline.db",   "+plus.db" };
  g_autofree char *folder = testing_tmpdir ();

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autofree char *path = g_build_filename (folder, NAMES[i], NULL);
      g_autofree char *url = g_strconcat ("sqlite:", path, NULL);
      g_autofree char *slashes = g_strconcat ("sqlite://", path, NULL);
      make_database (path);
      assert_opens (url);
      assert_opens (slashes);
      assert_opens (path);
      g_unlink (path);
      g_autoptr (GDir) left = g_dir_open (folder, 0, NULL);
      const char *name = g_dir_read_name (left);
      ck_assert_msg (name == NULL, "%s: '%s' was made", NAMES[i], name);
    }
  testing_remove_tree (folder);
}

TEST (sqlite_open__tells_a_percent_sign_from_what_it_could_stand_for)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autofree char *space = g_build_filename (file->folder, "a b.db", NULL);
  g_autofree char *url = g_strdup_printf ("sqlite:%s/a%%20b.db", file->folder);

  make_database (space);
  assert_refused (url, SQL_READ_ONLY, "there is no such file");
}

TEST (sqlite_open__takes_a_relative_path_from_the_working_folder)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a)");
  g_autofree char *before = g_get_current_dir ();

  sql_exec (file->db, "INSERT INTO t VALUES (7)");
  ck_assert_int_eq (g_chdir (file->folder), 0);
  assert_opens ("sqlite:a.db");
  assert_opens ("sqlite:./a.db");
  assert_opens ("SQLite:a.db");
  ck_assert_int_eq (g_chdir (before), 0);
}

TEST (sqlite_open__takes_names_of_sqlite_s_own)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a)");
  g_autofree char *url = g_strdup_printf ("sqlite:file:%s?cache=private", file->path);
  g_autofree char *read_only = g_strdup_printf ("sqlite:file:%s?mode=ro", file->path);

  sql_exec (file->db, "INSERT INTO t VALUES (7)");
  assert_opens (url);
  assert_refused (read_only, SQL_READ_WRITE, "");
}

TEST (sqlite_open__refuses_what_would_be_gone)
{
  static const char *const URLS[] = { "sqlite:",
                                      "sqlite::memory:",
                                      "sqlite:///:memory:",
                                      "sqlite:file::memory:",
                                      "sqlite:file::memory:?cache=shared",
                                      "sqlite:file:x?mode=memory",
                                      "sqlite:file:x?cache=shared&mode=memory",
                                      "sqlite:file:/x?vfs=memdb",
                                      "sqlite:file:",
                                      ":memory:" };

  for (guint i = 0; i < G_N_ELEMENTS (URLS); i++)
    for (SqlAccess access = SQL_READ_ONLY; access <= SQL_CREATE; access++)
      assert_refused (URLS[i], access, "name a file");
}

/* What is there --------------------------------------------------------------- */

TEST (sqlite_open__says_what_is_wrong_with_a_path)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autofree char *folder = g_strconcat ("sqlite:", file->folder, NULL);
  g_autofree char *missing = g_strconcat ("sqlite:", file->folder, "/no.db", NULL);
  g_autofree char *nowhere = g_strconcat ("sqlite:", file->folder, "/no/no.db", NULL);
  g_autofree char *within = g_strconcat ("sqlite:", file->path, "/no.db", NULL);
  g_autofree char *text = g_build_filename (file->folder, "text.db", NULL);
  g_autofree char *no_database = g_strconcat ("sqlite:", text, NULL);

  ck_assert (g_file_set_contents (text,
                                  "id: MIG-1 and quite some more text to read, so "
                                  "that it could be a header of a database\n",
                                  -1, NULL));
  for (SqlAccess access = SQL_READ_ONLY; access <= SQL_CREATE; access++)
    {
      assert_refused (folder, access, "it is a folder");
      assert_refused (nowhere, access, "there is no such folder");
      assert_refused (within, access, "there is no such folder");
      assert_refused (no_database, access, "it is no SQLite database");
    }
  assert_refused (missing, SQL_READ_ONLY, "there is no such file");
  assert_refused (missing, SQL_READ_WRITE, "there is no such file");
  ck_assert_msg (!g_file_test (missing + strlen ("sqlite:"), G_FILE_TEST_EXISTS),
                 "it was made");
}

TEST (sqlite_open__makes_a_database_where_it_may)
{
  g_autofree char *folder = testing_tmpdir ();
  g_autofree char *url = g_strconcat ("sqlite:", folder, "/n%65w.db", NULL);
  g_autofree char *path = g_build_filename (folder, "n%65w.db", NULL);
  g_autoptr (GError) error = NULL;
  SqlConnection *connection = engine_sqlite.open (url, SQL_CREATE, &error);

  assert_no_error (error);
  sql_exec (sqlite_connection_handle (connection), "CREATE TABLE t (a)");
  engine_sqlite.close (connection);
  ck_assert (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  testing_remove_tree (folder);
}

TEST (sqlite_open__an_empty_file_is_an_empty_database)
{
  g_autofree char *folder = testing_tmpdir ();
  g_autofree char *path = g_build_filename (folder, "empty.db", NULL);

  ck_assert (g_file_set_contents (path, "", 0, NULL));
  for (SqlAccess access = SQL_READ_ONLY; access <= SQL_CREATE; access++)
    {
      g_autoptr (GError) error = NULL;
      SqlConnection *connection = engine_sqlite.open (path, access, &error);
      assert_no_error (error);
      assert_sql (sqlite_connection_handle (connection),
                  "SELECT count(*) FROM sqlite_schema", "0");
      engine_sqlite.close (connection);
    }
  testing_remove_tree (folder);
}

/* Without rights -------------------------------------------------------------- */

/* As one who is not root; with the message of what fails there. */
static void
as_nobody (void (*body) (const SqlFixture *file), const SqlFixture *file)
{
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      if (getuid () == 0 && setuid (NOBODY) != 0)
        _exit (9);
      body (file);
      _exit (0);
    }
  ck_assert_int_eq (waitpid (child, &status, 0), child);
  ck_assert_msg (WIFEXITED (status) && WEXITSTATUS (status) == 0, "status %d", status);
}

static void
read_but_not_write (const SqlFixture *file)
{
  ZdmError code;
  g_autofree char *rows = try_url (file->url, SQL_READ_ONLY, &code);
  g_autofree char *refused = try_url (file->url, SQL_READ_WRITE, &code);

  if (!g_str_equal (rows, "7"))
    _exit (2);
  if (code != ZDM_ERROR_CONNECT || strstr (refused, file->path) == NULL)
    _exit (3);
}

static void
read_nothing (const SqlFixture *file)
{
  ZdmError code;
  g_autofree char *refused = try_url (file->url, SQL_READ_ONLY, &code);

  if (code != ZDM_ERROR_CONNECT || strstr (refused, "permission to read") == NULL)
    _exit (2);
}

static SqlFixture *
closed_database (const char *mode)
{
  SqlFixture *file = sql_fixture_new (NULL);
  g_autofree char *pragma = g_strconcat ("PRAGMA journal_mode = ", mode, NULL);

  sql_exec (file->db, pragma);
  sql_exec (file->db, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
  engine_sqlite.close (file->connection);
  return file;
}

static void
free_closed (SqlFixture *file)
{
  g_chmod (file->folder, 0755);
  g_chmod (file->path, 0644);
  file->connection = sql_fixture_connect (file, SQL_READ_WRITE);
  sql_fixture_free (file);
}

TEST (sqlite_open__a_file_that_may_only_be_read_is_only_read)
{
  static const char *const MODES[] = { "DELETE", "WAL" };
  static const mode_t FOLDERS[] = { 0755, 0555, 0777 };

  for (guint i = 0; i < G_N_ELEMENTS (MODES); i++)
    for (guint j = 0; j < G_N_ELEMENTS (FOLDERS); j++)
      {
        SqlFixture *file = closed_database (MODES[i]);
        g_chmod (file->path, 0444);
        g_chmod (file->folder, FOLDERS[j]);
        as_nobody (read_but_not_write, file);
        g_autofree char *files = sql_fixture_files (file);
        ck_assert_str_eq (files, "a.db");
        free_closed (file);
      }
}

TEST (sqlite_open__a_file_that_may_not_be_read_is_refused)
{
  SqlFixture *file = closed_database ("DELETE");

  g_chmod (file->folder, 0755);
  g_chmod (file->path, 0000);
  as_nobody (read_nothing, file);
  free_closed (file);
}

/* Readers --------------------------------------------------------------------- */

static void
assert_reads (const SqlFixture *file, const char *rows)
{
  SqlConnection *reader = sql_fixture_connect (file, SQL_READ_ONLY);

  assert_sql (sqlite_connection_handle (reader), "SELECT a FROM t", rows);
  ck_assert_int_ne (sqlite3_exec (sqlite_connection_handle (reader),
                                  "INSERT INTO t VALUES (8)", NULL, NULL, NULL),
                    SQLITE_OK);
  engine_sqlite.close (reader);
}

TEST (sqlite_open__a_reader_leaves_no_trace)
{
  static const char *const MODES[] = { "DELETE", "TRUNCATE", "PERSIST", "WAL" };

  for (guint i = 0; i < G_N_ELEMENTS (MODES); i++)
    {
      SqlFixture *file = closed_database (MODES[i]);
      g_autofree char *before = sql_fixture_files (file);
      g_autofree char *bytes = NULL, *bytes_after = NULL;
      gsize n, n_after;
      g_file_get_contents (file->path, &bytes, &n, NULL);
      assert_reads (file, "7");
      g_autofree char *after = sql_fixture_files (file);
      ck_assert_str_eq (after, before);
      g_file_get_contents (file->path, &bytes_after, &n_after, NULL);
      ck_assert_uint_eq (n_after, n);
      ck_assert_mem_eq (bytes_after, bytes, n);
      free_closed (file);
    }
}

TEST (sqlite_open__a_reader_sees_what_a_connected_writer_has_committed)
{
  static const char *const MODES[] = { "DELETE", "WAL" };

  for (guint i = 0; i < G_N_ELEMENTS (MODES); i++)
    {
      g_autofree char *pragma = g_strconcat ("PRAGMA journal_mode = ", MODES[i], NULL);
      g_autoptr (SqlFixture) file = sql_fixture_new (pragma);
      sql_exec (file->db, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
      sql_exec (file->db, "BEGIN IMMEDIATE; INSERT INTO t VALUES (9)");
      g_autofree char *before = sql_fixture_files (file);
      assert_reads (file, "7");
      g_autofree char *after = sql_fixture_files (file);
      ck_assert_str_eq (after, before);
      sql_exec (file->db, "COMMIT");
      assert_reads (file, "7; 9");
    }
}

/* A writer that was killed leaves its log: what is in it was committed. */
TEST (sqlite_open__a_reader_sees_the_log_of_a_killed_writer)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("PRAGMA journal_mode = WAL");
  g_autofree char *copy = g_build_filename (file->folder, "copy", NULL);
  g_autofree char *there = g_build_filename (copy, "a.db", NULL);
  g_autofree char *wal = g_build_filename (copy, "a.db-wal", NULL);
  g_autofree char *wal_of_writer = g_strconcat (file->path, "-wal", NULL);
  ZdmError code;

  sql_exec (file->db, "CREATE TABLE t (a); INSERT INTO t VALUES (7)");
  g_mkdir (copy, 0755);
  const char *names[][2] = { { file->path, there }, { wal_of_writer, wal } };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *bytes = NULL;
      gsize n;
      ck_assert (g_file_get_contents (names[i][0], &bytes, &n, NULL));
      ck_assert (g_file_set_contents (names[i][1], bytes, (gssize) n, NULL));
    }
  g_autofree char *rows = try_url (there, SQL_READ_ONLY, &code);
  ck_assert_str_eq (rows, "7");
}

/* Transactions ---------------------------------------------------------------- */

TEST (sqlite_begin__a_busy_writer_is_a_lock_timeout)
{
  static const char *const MODES[] = { "DELETE", "WAL" };

  for (guint i = 0; i < G_N_ELEMENTS (MODES); i++)
    {
      g_autofree char *pragma = g_strconcat ("PRAGMA journal_mode = ", MODES[i], NULL);
      g_autoptr (SqlFixture) file = sql_fixture_new (pragma);
      g_autoptr (GError) error = NULL;
      SqlConnection *other = sql_fixture_connect (file, SQL_READ_WRITE);
      sql_exec (file->db, "CREATE TABLE t (a)");
      sql_begin (other, SQL_FOR_ROWS);
      gint64 start = g_get_monotonic_time ();
      ck_assert (!engine_sqlite.begin (file->connection, SQL_FOR_ROWS, 50, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT);
      ck_assert_int_ge (g_get_monotonic_time () - start, 40 * 1000);
      /* A read that follows is as patient as ever. */
      g_autofree char *patience_ms
          = sql_rows (sqlite_connection_handle (file->connection), "PRAGMA busy_timeout");
      ck_assert_str_eq (patience_ms, "5000");
      sql_commit (other);
      sql_begin (file->connection, SQL_FOR_ROWS);
      sql_commit (file->connection);
      engine_sqlite.close (other);
    }
}

TEST (sqlite_begin__enforces_keys_for_rows_and_not_for_schemas)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  assert_sql (file->db, "PRAGMA foreign_keys", "0");
  sql_commit (file->connection);
  sql_begin (file->connection, SQL_FOR_ROWS);
  assert_sql (file->db, "PRAGMA foreign_keys", "1");
  engine_sqlite.roll_back (file->connection);
}

static gboolean
nothing (G_GNUC_UNUSED const Value *values, G_GNUC_UNUSED guint n,
         G_GNUC_UNUSED gpointer data, G_GNUC_UNUSED GError **error)
{
  return TRUE;
}

/* With a rollback journal a commit has to wait for readers; its patience is the one
 * given, and it can be tried again or rolled back. */
TEST (sqlite_commit__with_a_reader_is_a_lock_timeout_and_can_be_repeated)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a)");
  g_autoptr (GError) error = NULL;
  SqlConnection *reader = sql_fixture_connect (file, SQL_READ_ONLY);
  sqlite3 *db = sqlite_connection_handle (reader);

  ck_assert (engine_sqlite.begin (file->connection, SQL_FOR_ROWS, 20, &error));
  sql_exec (file->db, "INSERT INTO t VALUES (1)");
  sql_exec (db, "BEGIN; SELECT * FROM t");
  ck_assert (!engine_sqlite.commit (file->connection, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT);
  sql_exec (db, "COMMIT");
  sql_commit (file->connection);
  assert_sql (db, "SELECT a FROM t", "1");
  engine_sqlite.close (reader);
}

TEST (sqlite_roll_back__is_fine_where_none_is_open)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a)");

  engine_sqlite.roll_back (file->connection);
  sql_begin (file->connection, SQL_FOR_ROWS);
  sql_exec (file->db, "INSERT INTO t VALUES (1)");
  engine_sqlite.roll_back (file->connection);
  engine_sqlite.roll_back (file->connection);
  assert_sql (file->db, "SELECT count(*) FROM t", "0");
}

/* Statements ------------------------------------------------------------------ */

typedef struct
{
  SqlConnection *connection;
  guint depth;
  GString *seen;
} Nest;

#define NUMBERS "SELECT a FROM t WHERE a >= ? ORDER BY a"

/* Runs the very statement that it hears of, from within. */
static gboolean
nest (const Value *values, G_GNUC_UNUSED guint n, gpointer data, GError **error)
{
  Nest *outer = data;
  Nest inner = { outer->connection, outer->depth + 1, outer->seen };

  g_string_append_printf (outer->seen, "%u:%d ", outer->depth, (int) values[0].integer);
  const Value from = value_integer (values[0].integer + 1);
  return outer->depth == 2
         || engine_sqlite.run (outer->connection, NUMBERS, &from, 1, nest, &inner, NULL,
                               error);
}

TEST (sqlite_run__a_statement_can_be_run_within_itself)
{
  g_autoptr (SqlFixture) file
      = sql_fixture_new ("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)");
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  Nest outer = { file->connection, 0, seen };
  const Value from = value_integer (1);

  for (guint i = 0; i < 2; i++)
    {
      g_string_truncate (seen, 0);
      engine_sqlite.run (file->connection, NUMBERS, &from, 1, nest, &outer, NULL, &error);
      assert_no_error (error);
      ck_assert_str_eq (seen->str, "0:1 1:2 2:3 1:3 0:2 1:3 0:3 ");
    }
}

TEST (sqlite_run__gives_values_as_they_are)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a, b, c, d)");
  g_autoptr (GError) error = NULL;
  const Value values[] = { value_integer (G_MININT64), value_double (0.1),
                           value_text ("a\0b", 3), VALUE_NULL_INIT };
  guint64 n_changed = 0;

  engine_sqlite.run (file->connection, "INSERT INTO t VALUES (?, ?, ?, ?)", values, 4,
                     NULL, NULL, &n_changed, &error);
  assert_no_error (error);
  ck_assert_uint_eq (n_changed, 1);
  assert_sql (file->db, "SELECT a, b, hex(c), typeof(c), d FROM t",
              "-9223372036854775808|0.1|610062|text|~");
  ck_assert (!engine_sqlite.run (file->connection, "INSERT INTO t VALUES (?, ?, ?, ?)",
                                 values, 1, NULL, NULL, NULL, &error));
  ck_assert_ptr_nonnull (error);
  assert_sql (file->db, "SELECT count(*) FROM t", "1");
}

static gboolean
stop (G_GNUC_UNUSED const Value *values, G_GNUC_UNUSED guint n, gpointer data,
      GError **error)
{
  (*(guint *) data)++;
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_GATE, "enough");
  return FALSE;
}

TEST (sqlite_run__ends_when_it_is_told_to_and_can_be_run_again)
{
  g_autoptr (SqlFixture) file
      = sql_fixture_new ("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  guint n_rows = 0;

  for (guint i = 1; i <= 2; i++)
    {
      g_autoptr (GError) error = NULL;
      ck_assert (!engine_sqlite.run (file->connection, "SELECT a FROM t", NULL, 0, stop,
                                     &n_rows, NULL, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_GATE);
      ck_assert_uint_eq (n_rows, i);
    }
  /* It holds no lock. */
  sql_exec (file->db, "DROP TABLE t");
}

TEST (sqlite_run__tells_kinds_of_errors_apart)
{
  static const struct
  {
    const char *sql;
    ZdmError code;
  } CASES[] = {
    { "SELEC 1", ZDM_ERROR_SYNTAX },
    { "SELECT * FROM missing", ZDM_ERROR_SYNTAX },
    { "INSERT INTO t VALUES (1)", ZDM_ERROR_CONSTRAINT },
    { "INSERT INTO t VALUES (-1)", ZDM_ERROR_CONSTRAINT },
    { "INSERT INTO t VALUES (NULL)", ZDM_ERROR_CONSTRAINT },
  };
  g_autoptr (SqlFixture) file = sql_fixture_new (
      "CREATE TABLE t (a NOT NULL UNIQUE CHECK (a > 0)); INSERT INTO t VALUES (1)");

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      ck_assert (!engine_sqlite.run (file->connection, CASES[i].sql, NULL, 0, nothing,
                                     NULL, NULL, &error));
      assert_error (error, ZDM_ERROR, CASES[i].code);
    }
  SqlConnection *reader = sql_fixture_connect (file, SQL_READ_ONLY);
  g_autoptr (GError) error = NULL;
  ck_assert (!engine_sqlite.run (reader, "INSERT INTO t VALUES (2)", NULL, 0, nothing,
                                 NULL, NULL, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_IO);
  engine_sqlite.close (reader);
}

TEST (sqlite_has_table__finds_tables_in_any_case_and_no_views)
{
  g_autoptr (SqlFixture) file
      = sql_fixture_new ("CREATE TABLE \"It's\" (a); CREATE VIEW v AS SELECT 1;"
                         "CREATE INDEX i ON \"It's\" (a)");
  static const struct
  {
    const char *name;
    gboolean found;
  } CASES[] = { { "It's", TRUE }, { "IT'S", TRUE }, { "v", FALSE },
                { "i", FALSE },   { "", FALSE },    { "It", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean found = !CASES[i].found;
      ck_assert (
          engine_sqlite.has_table (file->connection, CASES[i].name, &found, &error));
      ck_assert_msg (found == CASES[i].found, "%s", CASES[i].name);
    }
}

TEST_MAIN ("engine/sqlite/connection", sqlite_open__takes_a_path_as_it_stands,
           sqlite_open__tells_a_percent_sign_from_what_it_could_stand_for,
           sqlite_open__takes_a_relative_path_from_the_working_folder,
           sqlite_open__takes_names_of_sqlite_s_own,
           sqlite_open__refuses_what_would_be_gone,
           sqlite_open__says_what_is_wrong_with_a_path,
           sqlite_open__makes_a_database_where_it_may,
           sqlite_open__an_empty_file_is_an_empty_database,
           sqlite_open__a_file_that_may_only_be_read_is_only_read,
           sqlite_open__a_file_that_may_not_be_read_is_refused,
           sqlite_open__a_reader_leaves_no_trace,
           sqlite_open__a_reader_sees_what_a_connected_writer_has_committed,
           sqlite_open__a_reader_sees_the_log_of_a_killed_writer,
           sqlite_begin__a_busy_writer_is_a_lock_timeout,
           sqlite_begin__enforces_keys_for_rows_and_not_for_schemas,
           sqlite_commit__with_a_reader_is_a_lock_timeout_and_can_be_repeated,
           sqlite_roll_back__is_fine_where_none_is_open,
           sqlite_run__a_statement_can_be_run_within_itself,
           sqlite_run__gives_values_as_they_are,
           sqlite_run__ends_when_it_is_told_to_and_can_be_run_again,
           sqlite_run__tells_kinds_of_errors_apart,
           sqlite_has_table__finds_tables_in_any_case_and_no_views)
