/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's connection.
 *
 * Journal mode and synchronous stay as the user's database has them: how safe a commit is
 * is not ours to say.
 */
#include "config.h"

#include "engine/sqlite/connection.h"

#include <string.h>

#include "engine/sqlite/sqlite_url.h"

/* Statements that are kept, by their text. */
#define MAX_STATEMENTS 64

/* Room for all pages that one chunk of a fill changes: what has no room is written before
 * the commit, and with a rollback journal readers are locked out from then on.  In KiB,
 * negative as the pragma wants it. */
#define CACHE_SIZE "-8192"

/* How long a read outside of a transaction waits for a writer that commits. */
#define READ_PATIENCE_MS 5000

typedef struct
{
  SqlConnection base;
  sqlite3 *db;
  GHashTable *statements; /* text → sqlite3_stmt *, none of them in use */
  SqliteUrl url;          /* of a file; empty for one in memory */
} Connection;

static Connection *
self (SqlConnection *connection)
{
  return (Connection *) connection;
}

sqlite3 *
sqlite_connection_handle (SqlConnection *connection)
{
  return self (connection)->db;
}

/* Errors ---------------------------------------------------------------------- */

static ZdmError
code_of (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ZDM_ERROR_LOCK_TIMEOUT;
    case SQLITE_CONSTRAINT:
      return ZDM_ERROR_CONSTRAINT;
    case SQLITE_ERROR:
      return ZDM_ERROR_SYNTAX;
    case SQLITE_INTERRUPT:
      return ZDM_ERROR_INTERRUPTED;
    default: /* FULL, IOERR, READONLY, CANTOPEN, CORRUPT, NOTADB, NOMEM, PROTOCOL … */
      return ZDM_ERROR_IO;
    }
}

static const char *
advice_of (int code)
{
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "; another process holds the database's write lock";
    case SQLITE_FULL:
      return "; make room on the disk";
    default:
      return "";
    }
}

gboolean
sqlite_error (sqlite3 *db, const char *what, GError **error)
{
  int code = sqlite3_extended_errcode (db);

  g_set_error (error, ZDM_ERROR, code_of (code), "%s%s%s%s", what != NULL ? what : "",
               what != NULL ? ": " : "", sqlite3_errmsg (db), advice_of (code));
  return FALSE;
}

/* Opening --------------------------------------------------------------------- */

static const int OPEN_FLAGS[] = {
  [SQL_READ_ONLY] = SQLITE_OPEN_READONLY,
  [SQL_READ_WRITE] = SQLITE_OPEN_READWRITE,
  [SQL_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
};

/* SQLite reads the file when it is first asked something: ask at once. */
static gboolean
is_readable (sqlite3 *db)
{
  sqlite3_busy_timeout (db, READ_PATIENCE_MS);
  return sqlite3_exec (db, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL)
         == SQLITE_OK;
}

static gboolean
refuse_open (const SqliteUrl *url, sqlite3 *db, GError **error)
{
  int code = sqlite3_extended_errcode (db);
  const char *why
      = (code & 0xff) == SQLITE_NOTADB ? "it is no SQLite database" : sqlite3_errmsg (db);

  g_set_error (error, ZDM_ERROR,
               code_of (code) == ZDM_ERROR_LOCK_TIMEOUT ? ZDM_ERROR_LOCK_TIMEOUT
                                                        : ZDM_ERROR_CONNECT,
               "cannot open the database %s: %s", url->path, why);
  return FALSE;
}

static gboolean
open_file (Connection *connection, const SqliteUrl *url, SqlAccess access, GError **error)
{
  int code = sqlite3_open_v2 (url->name, &connection->db,
                              OPEN_FLAGS[access] | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
                              NULL);

  if (code != SQLITE_OK || !is_readable (connection->db))
    return refuse_open (url, connection->db, error);
  if (access != SQL_READ_ONLY && sqlite3_db_readonly (connection->db, "main") == 1)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT,
                   "cannot open the database %s: it may only be read", url->path);
      return FALSE;
    }
  sqlite3_extended_result_codes (connection->db, 1);
  return sqlite3_exec (connection->db, "PRAGMA cache_size = " CACHE_SIZE, NULL, NULL,
                       NULL)
             == SQLITE_OK
         || sqlite_error (connection->db, url->path, error);
}

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

static Connection *
connection_new (const SqlEngine *engine)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->base.engine = engine;
  connection->statements
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize);
  return connection;
}

SqlConnection *
sqlite_connection_in_memory (const SqlEngine *engine, GError **error)
{
  Connection *connection = connection_new (engine);

  if (sqlite3_open (":memory:", &connection->db) == SQLITE_OK)
    {
      sqlite3_extended_result_codes (connection->db, 1);
      return &connection->base;
    }
  sqlite_error (connection->db, "a database in memory", error);
  sqlite_connection_close (&connection->base);
  return NULL;
}

SqlConnection *
sqlite_connection_open (const SqlEngine *engine, const char *text, SqlAccess access,
                        GError **error)
{
  Connection *connection = connection_new (engine);
  SqliteUrl *url = &connection->url;

  if (sqlite_url_parse (url, text, error) && sqlite_url_check (url, access, error)
      && open_file (connection, url, access, error))
    return &connection->base;
  sqlite_connection_close (&connection->base);
  return NULL;
}

void
sqlite_connection_close (SqlConnection *base)
{
  Connection *connection = self (base);

  g_hash_table_unref (connection->statements);
  sqlite3_close_v2 (connection->db);
  sqlite_url_clear (&connection->url);
  g_free (connection);
}

/* Transactions ------------------------------------------------------------------ */

static gboolean
run_plain (Connection *connection, const char *sql, GError **error)
{
  return sqlite3_exec (connection->db, sql, NULL, NULL, NULL) == SQLITE_OK
         || sqlite_error (connection->db, NULL, error);
}

gboolean
sqlite_connection_set_foreign_keys (SqlConnection *connection, gboolean enforced,
                                    GError **error)
{
  return run_plain (self (connection),
                    enforced ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF",
                    error);
}

/* The patience holds for the commit too: with a rollback journal it waits for readers. */
gboolean
sqlite_connection_begin (SqlConnection *connection, guint patience_ms, GError **error)
{
  sqlite3 *db = self (connection)->db;

  sqlite3_busy_timeout (db, (int) MIN (patience_ms, G_MAXINT));
  gboolean begun = run_plain (self (connection), "BEGIN IMMEDIATE", error);
  if (!begun)
    sqlite3_busy_timeout (db, READ_PATIENCE_MS);
  return begun;
}

/* Some errors roll back by themselves: then there is nothing to commit. */
gboolean
sqlite_connection_commit (SqlConnection *connection, GError **error)
{
  sqlite3 *db = self (connection)->db;
  gboolean is_open = !sqlite3_get_autocommit (db);

  if (!is_open)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_IO,
                 "SQLite has rolled the transaction back by itself");
  gboolean done = is_open && run_plain (self (connection), "COMMIT", error);
  if (done)
    sqlite3_busy_timeout (db, READ_PATIENCE_MS);
  return done;
}

/* Some errors (a full disk) have rolled back already. */
void
sqlite_connection_roll_back (SqlConnection *connection)
{
  if (!sqlite3_get_autocommit (self (connection)->db))
    run_plain (self (connection), "ROLLBACK", NULL);
  sqlite3_busy_timeout (self (connection)->db, READ_PATIENCE_MS);
}

/* Statements -------------------------------------------------------------------- */

/* A kept statement, which nobody else has as long as it is used; or a new one. */
static sqlite3_stmt *
take_statement (Connection *connection, const char *sql, GError **error)
{
  gpointer key, statement = NULL;

  if (g_hash_table_steal_extended (connection->statements, sql, &key, &statement))
    {
      g_free (key);
      return statement;
    }
  sqlite3_stmt *made = NULL;
  const char *tail = NULL;
  int code = sqlite3_prepare_v3 (connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                 &made, &tail);
  if (code == SQLITE_OK && made != NULL && tail[strspn (tail, " \t\n;")] == '\0')
    return made;
  if (code != SQLITE_OK)
    sqlite_error (connection->db, sql, error);
  else
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_SYNTAX, "not one statement: %s", sql);
  sqlite3_finalize (made);
  return NULL;
}

static void
give_statement (Connection *connection, const char *sql, sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  if (g_hash_table_size (connection->statements) >= MAX_STATEMENTS)
    g_hash_table_remove_all (connection->statements);
  g_hash_table_insert (connection->statements, g_strdup (sql), statement);
}

static int
bind_value (sqlite3_stmt *statement, int place, const Value *value)
{
  switch (value->kind)
    {
    case VALUE_INTEGER:
      return sqlite3_bind_int64 (statement, place, value->integer);
    case VALUE_DOUBLE:
      return sqlite3_bind_double (statement, place, value->real);
    case VALUE_TEXT:
      return sqlite3_bind_text64 (statement, place,
                                  value->text.bytes != NULL ? value->text.bytes : "",
                                  value->text.length, SQLITE_TRANSIENT, SQLITE_UTF8);
    default:
      return sqlite3_bind_null (statement, place);
    }
}

static Value
column_value (sqlite3_stmt *statement, int column)
{
  switch (sqlite3_column_type (statement, column))
    {
    case SQLITE_INTEGER:
      return value_integer (sqlite3_column_int64 (statement, column));
    case SQLITE_FLOAT:
      return value_double (sqlite3_column_double (statement, column));
    case SQLITE_NULL:
      return VALUE_NULL_INIT;
    default:
      {
        const char *text = (const char *) sqlite3_column_text (statement, column);
        return value_text (text != NULL ? text : "",
                           (gsize) sqlite3_column_bytes (statement, column));
      }
    }
}

static gboolean
give_row (sqlite3_stmt *statement, Value *values, guint n, SqlRowFunction row,
          gpointer data, GError **error)
{
  for (guint i = 0; i < n; i++)
    values[i] = column_value (statement, (int) i);
  return row (values, n, data, error);
}

static gboolean
step_all (Connection *connection, const char *sql, sqlite3_stmt *statement,
          SqlRowFunction row, gpointer data, GError **error)
{
  guint n = (guint) sqlite3_column_count (statement);
  g_autofree Value *values = g_new0 (Value, n + 1);
  int code;

  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    if (row != NULL && !give_row (statement, values, n, row, data, error))
      return FALSE;
  if (code != SQLITE_DONE)
    return sqlite_error (connection->db, sql, error);
  return sqlite_url_is_unchanged (&connection->url, error);
}

static gboolean
bind_all (Connection *connection, const char *sql, sqlite3_stmt *statement,
          const Value *parameters, guint n_parameters, GError **error)
{
  if ((guint) sqlite3_bind_parameter_count (statement) != n_parameters)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_SYNTAX, "%u parameters for: %s",
                   n_parameters, sql);
      return FALSE;
    }
  for (guint i = 0; i < n_parameters; i++)
    if (bind_value (statement, (int) i + 1, &parameters[i]) != SQLITE_OK)
      return sqlite_error (connection->db, sql, error);
  return TRUE;
}

gboolean
sqlite_connection_run (SqlConnection *base, const char *sql, const Value *parameters,
                       guint n_parameters, SqlRowFunction row, gpointer data,
                       guint64 *n_changed, GError **error)
{
  Connection *connection = self (base);
  sqlite3_stmt *statement = take_statement (connection, sql, error);
  gint64 before = sqlite3_total_changes64 (connection->db);
  gboolean fine
      = statement != NULL
        && bind_all (connection, sql, statement, parameters, n_parameters, error)
        && step_all (connection, sql, statement, row, data, error);

  if (statement != NULL)
    give_statement (connection, sql, statement);
  if (fine && n_changed != NULL)
    *n_changed = (guint64) (sqlite3_total_changes64 (connection->db) - before);
  return fine;
}

static gboolean
note_found (G_GNUC_UNUSED const Value *values, G_GNUC_UNUSED guint n, gpointer found,
            G_GNUC_UNUSED GError **error)
{
  *(gboolean *) found = TRUE;
  return TRUE;
}

gboolean
sqlite_connection_has_table (SqlConnection *connection, const char *name, gboolean *found,
                             GError **error)
{
  const Value value = value_string (name);

  *found = FALSE;
  return sqlite_connection_run (connection,
                                "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND "
                                "name = ? COLLATE NOCASE",
                                &value, 1, note_found, found, NULL, error);
}
