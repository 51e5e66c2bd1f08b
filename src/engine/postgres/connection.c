/* SPDX-License-Identifier: Apache-2.0
 *
 * A session through libpq.
 */
#include "config.h"

#include "engine/postgres/connection.h"

#include <string.h>

#include "engine/postgres/blockers.h"
#include "engine/postgres/pooler.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"

/* Of the advisory lock of the one runner: "zdm" in ASCII, and the journal's format. */
#define LOCK_CLASS_ID 8021101
#define LOCK_OBJECT_ID 1

/* https://www.postgresql.org/docs/15/catalog-pg-type.html: numbers that never change. */
enum
{
  OID_BOOL = 16,
  OID_INT8 = 20,
  OID_INT2 = 21,
  OID_INT4 = 23,
  OID_OID = 26,
  OID_FLOAT4 = 700,
  OID_FLOAT8 = 701,
};

typedef struct
{
  SqlConnection base;
  PGconn *conn;
  char *url;
  SqlAccess access;
  int backend; /* the server's process, as long as the session lasts */
  gboolean has_lock;
  const char *const *diverted; /* see postgres_divert(); or NULL */
  PgBlockers *blockers;
  guint watch_ms; /* after that long a statement is held up; 0: it may take its time */
  PostgresListener listener;
  gpointer listener_data;
  GHashTable *planned; /* text → name, of queries that the session has planned */
} Connection;

static Connection *
self (SqlConnection *base)
{
  return (Connection *) base;
}

/* Errors ------------------------------------------------------------------------ */

typedef struct
{
  const char *prefix; /* of the SQLSTATE */
  ZdmError code;
} StateRow;

/* https://www.postgresql.org/docs/15/errcodes-appendix.html; the first that fits. */
static const StateRow STATES[] = {
  { "55P03", ZDM_ERROR_LOCK_TIMEOUT },
  { "40P01", ZDM_ERROR_DEADLOCK },
  { "40001", ZDM_ERROR_DEADLOCK },
  { "08", ZDM_ERROR_CONNECTION_LOST },
  { "57P0", ZDM_ERROR_CONNECTION_LOST },
  { "57014", ZDM_ERROR_IO },
  { "25006", ZDM_ERROR_CONNECT },
  { "53", ZDM_ERROR_IO },
  { "58", ZDM_ERROR_IO },
  { "XX", ZDM_ERROR_IO },
  { "23", ZDM_ERROR_CONSTRAINT },
  { "2BP01", ZDM_ERROR_CONSTRAINT }, /* something of the user's stands on it */
  { "P0", ZDM_ERROR_CONSTRAINT },
  { "21", ZDM_ERROR_CONVERSION }, /* a subquery that finds two rows */
  { "22", ZDM_ERROR_CONVERSION },
  { "42501", ZDM_ERROR_UNSUPPORTED },
  { "42P01", ZDM_ERROR_MISSING },
  { "42703", ZDM_ERROR_MISSING },
  { "42704", ZDM_ERROR_MISSING },
  { "42P07", ZDM_ERROR_EXISTS },
  { "42710", ZDM_ERROR_EXISTS },
  { "42701", ZDM_ERROR_EXISTS },
  { "42723", ZDM_ERROR_EXISTS },
  { "0A000", ZDM_ERROR_UNSUPPORTED },
  { "42", ZDM_ERROR_SYNTAX },
};

static ZdmError
code_of_state (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (STATES); i++)
    if (g_str_has_prefix (state, STATES[i].prefix))
      return STATES[i].code;
  return ZDM_ERROR_IO;
}

/* What libpq says of the connection, in one line: one sentence a host that was tried,
 * without the explanations, which are indented.  (transfer full) */
static char *
connection_message (const Connection *connection)
{
  g_auto (GStrv) lines = g_strsplit (PQerrorMessage (connection->conn), "\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\t' && lines[i][0] != '\0')
      g_string_append_printf (out, "%s%s", out->len > 0 ? "; " : "", lines[i]);
  return g_string_free (out, FALSE);
}

/* FALSE, always. */
static gboolean
fail_lost (Connection *connection, GError **error)
{
  g_autofree char *message = connection_message (connection);

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST,
               "the connection to the server is lost: %s", message);
  return FALSE;
}

static gboolean
fail_result (Connection *connection, const PGresult *result, GError **error)
{
  const char *state
      = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;

  if (state == NULL || PQstatus (connection->conn) == CONNECTION_BAD)
    return fail_lost (connection, error);
  const char *detail = PQresultErrorField (result, PG_DIAG_MESSAGE_DETAIL);
  const char *hint = PQresultErrorField (result, PG_DIAG_MESSAGE_HINT);
  ZdmError code = code_of_state (state);
  const char *blockers = code == ZDM_ERROR_LOCK_TIMEOUT && connection->watch_ms > 0
                             ? pg_blockers_found (connection->blockers)
                             : NULL;
  g_set_error (error, ZDM_ERROR, code, "%s%s%s%s%s (SQLSTATE %s)%s%s",
               PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY),
               detail != NULL ? ": " : "", detail != NULL ? detail : "",
               hint != NULL ? "; " : "", hint != NULL ? hint : "", state,
               blockers != NULL ? "; " : "", blockers != NULL ? blockers : "");
  return FALSE;
}

static gboolean
is_fine (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
         || status == PGRES_EMPTY_QUERY;
}

/* Statements ------------------------------------------------------------------ */

static guint64
rows_changed (PGresult *result)
{
  return g_ascii_strtoull (PQcmdTuples (result), NULL, 10);
}

static PGresult *
execute_text (const Connection *connection, const char *sql)
{
  return connection->watch_ms > 0 ? pg_blockers_exec (
             connection->blockers, connection->conn, sql, connection->watch_ms)
                                  : PQexec (connection->conn, sql);
}

/* Each `"shop".` is `pg_temp.` then. */
static PGresult *
execute (const Connection *connection, const char *sql)
{
  if (connection->diverted == NULL)
    return execute_text (connection, sql);
  g_autoptr (GString) text = g_string_new (sql);
  for (guint i = 0; connection->diverted[i] != NULL; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("%s.", connection->diverted[i]);
      g_string_replace (text, prefix, "pg_temp.", 0);
    }
  return execute_text (connection, text->str);
}

void
postgres_divert (SqlConnection *base, const char *const *schemas)
{
  self (base)->diverted = schemas;
}

static void
hear (void *data, const PGresult *result)
{
  const Connection *connection = data;
  const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);

  if (connection->listener != NULL && message != NULL)
    connection->listener (message, connection->listener_data);
}

void
postgres_listen (SqlConnection *base, PostgresListener listener, gpointer data)
{
  Connection *connection = self (base);

  connection->listener = listener;
  connection->listener_data = data;
  PQsetNoticeReceiver (connection->conn, hear, connection);
}

gboolean
postgres_exec (SqlConnection *base, const char *sql, guint64 *n_changed, GError **error)
{
  Connection *connection = self (base);
  g_autoptr (PostgresResult) result = execute (connection, sql);

  if (!is_fine (result))
    return fail_result (connection, result, error);
  if (n_changed != NULL)
    *n_changed = rows_changed (result);
  return TRUE;
}

PostgresResult *
postgres_query (SqlConnection *base, const char *sql, GError **error)
{
  Connection *connection = self (base);
  g_autoptr (PostgresResult) result = execute (connection, sql);

  if (is_fine (result))
    return g_steal_pointer (&result);
  fail_result (connection, result, error);
  return NULL;
}

gboolean
postgres_parse (SqlConnection *base, const char *sql, GError **error)
{
  Connection *connection = self (base);
  g_autoptr (PostgresResult) result = PQprepare (connection->conn, "", sql, 0, NULL);

  return is_fine (result) || fail_result (connection, result, error);
}

/* The name that the query has in this session; NULL with @error */
static const char *
plan_once (Connection *connection, const char *sql, GError **error)
{
  const char *name = g_hash_table_lookup (connection->planned, sql);

  if (name != NULL)
    return name;
  g_autofree char *text
      = g_strdup_printf ("zdm_%u", g_hash_table_size (connection->planned));
  g_autoptr (PostgresResult) result = PQprepare (connection->conn, text, sql, 0, NULL);
  if (!is_fine (result))
    {
      fail_result (connection, result, error);
      return NULL;
    }
  g_hash_table_insert (connection->planned, g_strdup (sql), g_strdup (text));
  return g_hash_table_lookup (connection->planned, sql);
}

/* One without parameters is never planned again, unless what it is about has changed. */
PostgresResult *
postgres_query_often (SqlConnection *base, const char *sql, GError **error)
{
  Connection *connection = self (base);

  if (connection->diverted != NULL)
    return postgres_query (base, sql, error);
  const char *name = plan_once (connection, sql, error);
  if (name == NULL)
    return NULL;
  g_autoptr (PostgresResult) result
      = PQexecPrepared (connection->conn, name, 0, NULL, NULL, NULL, 0);
  if (is_fine (result))
    return g_steal_pointer (&result);
  fail_result (connection, result, error);
  return NULL;
}

const char *
postgres_cell (const PostgresResult *result, int row, int column)
{
  return PQgetisnull (result, row, column) ? NULL : PQgetvalue (result, row, column);
}

gboolean
postgres_text (SqlConnection *base, const char *sql, const char **text, Arena *arena,
               GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query (base, sql, error);

  *text = NULL;
  if (result == NULL)
    return FALSE;
  if (PQntuples (result) > 0)
    *text = arena_strdup (arena, PQgetvalue (result, 0, 0));
  return TRUE;
}

gboolean
postgres_finds (SqlConnection *base, const char *sql, gboolean *found, GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query (base, sql, error);

  *found = result != NULL && PQntuples (result) > 0;
  return result != NULL;
}

/* "$1" for each "?" that is not within quotes. */
static char *
number_parameters (const char *sql)
{
  GString *out = g_string_new (NULL);
  guint n = 0;
  char quote = '\0';

  for (const char *c = sql; *c != '\0'; c++)
    {
      if (quote != '\0')
        quote = *c == quote ? '\0' : quote;
      else if (*c == '\'' || *c == '"')
        quote = *c;
      if (*c == '?' && quote == '\0')
        g_string_append_printf (out, "$%u", ++n);
      else
        g_string_append_c (out, *c);
    }
  return g_string_free (out, FALSE);
}

/* As the server reads it whatever the parameter's type; NULL: null.  (transfer full) */
static char *
parameter_text (const Value *value)
{
  char real[G_ASCII_DTOSTR_BUF_SIZE];

  switch (value->kind)
    {
    case VALUE_INTEGER:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value->integer);
    case VALUE_DOUBLE:
      return g_strdup (g_ascii_dtostr (real, sizeof real, value->real));
    case VALUE_TEXT:
      return g_strndup (value->text.bytes, value->text.length);
    case VALUE_NULL:
    default:
      return NULL;
    }
}

static Value
value_of_cell (const PGresult *result, int row, int column)
{
  const char *text = postgres_cell (result, row, column);

  if (text == NULL)
    return VALUE_NULL_INIT;
  switch (PQftype (result, column))
    {
    case OID_BOOL:
      return value_integer (text[0] == 't');
    case OID_INT8:
    case OID_INT2:
    case OID_INT4:
    case OID_OID:
      return value_integer (g_ascii_strtoll (text, NULL, 10));
    case OID_FLOAT4:
    case OID_FLOAT8:
      return value_double (g_ascii_strtod (text, NULL));
    default:
      return value_text (text, (gsize) PQgetlength (result, row, column));
    }
}

static gboolean
give_rows (const PGresult *result, SqlRowFunction row, gpointer data, GError **error)
{
  guint n = (guint) PQnfields (result);
  g_autofree Value *values = g_new0 (Value, n + 1);

  for (int i = 0; i < PQntuples (result); i++)
    {
      for (guint j = 0; j < n; j++)
        values[j] = value_of_cell (result, i, (int) j);
      if (!row (values, n, data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
postgres_connection_run (SqlConnection *base, const char *sql, const Value *parameters,
                         guint n_parameters, SqlRowFunction row, gpointer data,
                         guint64 *n_changed, GError **error)
{
  Connection *connection = self (base);
  g_autofree char *numbered = number_parameters (sql);
  g_auto (GStrv) texts = g_new0 (char *, n_parameters + 1);
  g_autofree const char **values = g_new0 (const char *, n_parameters + 1);

  for (guint i = 0; i < n_parameters; i++)
    values[i] = texts[i] = parameter_text (&parameters[i]);
  g_autoptr (PostgresResult) result = PQexecParams (
      connection->conn, numbered, (int) n_parameters, NULL, values, NULL, NULL, 0);
  /* A null in the middle ends the list for whoever frees it. */
  for (guint i = 0, n = 0; i < n_parameters; i++)
    if (texts[i] != NULL)
      {
        char *text = g_steal_pointer (&texts[i]);
        texts[n++] = text;
      }
  if (!is_fine (result))
    return fail_result (connection, result, error);
  if (n_changed != NULL)
    *n_changed = rows_changed (result);
  return row == NULL || give_rows (result, row, data, error);
}

/* Opening --------------------------------------------------------------------- */

/* The schemas of the user's own search_path go first: only the journal is looked for in
 * ours, and that as the last one also where "$user" means it.  A runner whose machine is
 * gone is noticed within a minute: until then its locks are held. */
static const char SETTINGS[]
    = "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; "
      "SET extra_float_digits = 3; SET bytea_output = 'hex'; SET client_min_messages = "
      "warning; SET client_connection_check_interval = 500; SET tcp_keepalives_idle = 30; "
      "SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; SET "
      "standard_conforming_strings = on; SET statement_timeout = 0; SET lock_timeout = 0; "
      "SET idle_in_transaction_session_timeout = 0; SET default_transaction_isolation = "
      "'read committed'; SET row_security = off; "
      "SELECT pg_catalog.set_config('search_path', "
      "pg_catalog.concat_ws(', ', (SELECT pg_catalog.string_agg(pg_catalog.quote_ident("
      "s.name), ', ' ORDER BY s.place) FROM pg_catalog.unnest("
      "pg_catalog.current_schemas(false)) WITH ORDINALITY AS s (name, place) WHERE s.name "
      "<> '" POSTGRES_SCHEMA "'), '" POSTGRES_SCHEMA "'), false)";

/* What comes before the URL is what it may say otherwise: a server that is gone without a
 * word must not be waited for all day. */
static const char *const PARAMETERS[][2] = {
  { "connect_timeout", "10" },
  { "keepalives_idle", "30" },
  { "keepalives_interval", "10" },
  { "keepalives_count", "3" },
  { "dbname", NULL },
  { "application_name", "zdm-run" },
  { "client_encoding", "UTF8" },
};

static PGconn *
connect (const char *url)
{
  const char *keys[G_N_ELEMENTS (PARAMETERS) + 1] = { NULL };
  const char *values[G_N_ELEMENTS (PARAMETERS) + 1] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (PARAMETERS); i++)
    {
      keys[i] = PARAMETERS[i][0];
      values[i] = PARAMETERS[i][1] != NULL ? PARAMETERS[i][1] : url;
    }
  return PQconnectdbParams (keys, values, 1);
}

/* What is written on a replica is refused by the server, later and less clearly. */
static gboolean
check_writable (SqlConnection *connection, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!postgres_text (connection, "SELECT pg_catalog.pg_is_in_recovery()", &text, arena,
                      error))
    return FALSE;
  if (text[0] == 'f')
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT,
               "the server is a replica, where nothing can be written; connect to its "
               "primary (target_session_attrs=read-write finds it)");
  return FALSE;
}

static gboolean
set_up (SqlConnection *connection, SqlAccess access, GError **error)
{
  return postgres_exec (connection, SETTINGS, NULL, error)
         && (access == SQL_READ_ONLY
                 ? postgres_exec (connection, "SET default_transaction_read_only = on",
                                  NULL, error)
                 : postgres_exec (connection, "SET default_transaction_read_only = off",
                                  NULL, error)
                       && check_writable (connection, error));
}

/* FALSE with ZDM_ERROR_CONNECT, whatever the cause. */
static gboolean
check_connected (Connection *connection, GError **error)
{
  GError *problem = NULL;

  if (PQstatus (connection->conn) != CONNECTION_OK)
    {
      g_autofree char *message = connection_message (connection);
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_CONNECT, message);
      return FALSE;
    }
  if (pooler_check (connection->conn, connection->url, connect, &connection->backend,
                    &problem)
      && set_up (&connection->base, connection->access, &problem))
    return TRUE;
  problem->code = ZDM_ERROR_CONNECT;
  g_propagate_error (error, problem);
  return FALSE;
}

SqlConnection *
postgres_connection_open (const SqlEngine *engine, const char *url, SqlAccess access,
                          GError **error)
{
  if (!libpq_load (error))
    return NULL;
  Connection *connection = g_new0 (Connection, 1);
  connection->base.engine = engine;
  connection->url = g_strdup (url);
  connection->access = access;
  connection->conn = connect (url);
  connection->blockers = pg_blockers_new (url);
  connection->planned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (check_connected (connection, error))
    return &connection->base;
  postgres_connection_close (&connection->base);
  return NULL;
}

gboolean
postgres_connection_reconnect (SqlConnection *base, GError **error)
{
  Connection *connection = self (base);

  connection->has_lock = FALSE;
  g_hash_table_remove_all (connection->planned);
  PQreset (connection->conn);
  return check_connected (connection, error);
}

void
postgres_connection_close (SqlConnection *base)
{
  Connection *connection = self (base);

  if (connection == NULL)
    return;
  /* The server hears of the end a little later than whoever waits for us. */
  if (connection->has_lock)
    PQclear (PQexec (connection->conn, "SELECT pg_catalog.pg_advisory_unlock_all()"));
  PQfinish (connection->conn);
  pg_blockers_free (connection->blockers);
  g_hash_table_unref (connection->planned);
  g_free (connection->url);
  g_free (connection);
}

/* Transactions ------------------------------------------------------------------ */

/* The first try of a chunk of rows may take as long as that by itself. */
#define FIRST_TRY_MS 100

/* The session's lock is that of one process of the server: no transaction is begun in
 * another one, whatever leads there. */
static gboolean
check_backend (const Connection *connection, const PGresult *result, GError **error)
{
  if ((int) g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10) == connection->backend)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT,
               "the session was moved to another process of the server, by a pooler in "
               "transaction mode: the runner's lock was left behind; give --url the "
               "address of the server itself");
  return FALSE;
}

/* Whoever waits for a lock on a table makes everybody wait who comes after: so
 * @patience_ms is the longest stall that an application sees.
 *
 * Chunks are not waited for at their COMMIT.  A crash of the server takes back the last
 * of them, rows and record together, and never one before another that it keeps; the run
 * is then gone on with from the record that is there.  What ends the step is committed as
 * the server is set up, and with it all that was before. */
gboolean
postgres_connection_begin (SqlConnection *base, SqlPurpose purpose, guint patience_ms,
                           GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = %u; %s"
      "SELECT pg_catalog.pg_backend_pid()",
      MAX (patience_ms, 1),
      purpose == SQL_FOR_CHUNK ? "SET LOCAL synchronous_commit = off; " : "");
  g_autoptr (PostgresResult) result = postgres_query (base, sql, error);

  if (result != NULL && check_backend (self (base), result, error))
    {
      if (purpose == SQL_FOR_SCHEMA || patience_ms > FIRST_TRY_MS)
        self (base)->watch_ms = MAX (patience_ms * 3 / 4, 1);
      return TRUE;
    }
  postgres_connection_roll_back (base);
  return FALSE;
}

/* COMMIT of a transaction that has failed is answered by ROLLBACK, without an error. */
gboolean
postgres_connection_commit (SqlConnection *base, GError **error)
{
  Connection *connection = self (base);
  g_autoptr (PostgresResult) result = PQexec (connection->conn, "COMMIT");

  connection->watch_ms = 0;
  if (!is_fine (result))
    return fail_result (connection, result, error);
  if (g_str_equal (PQcmdStatus (result), "COMMIT"))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "the transaction had failed, and nothing of it was kept");
  return FALSE;
}

void
postgres_connection_roll_back (SqlConnection *base)
{
  Connection *connection = self (base);

  connection->watch_ms = 0;
  if (PQtransactionStatus (connection->conn) != PQTRANS_IDLE)
    PQclear (PQexec (connection->conn, "ROLLBACK"));
}

gboolean
postgres_connection_is_in_transaction (SqlConnection *base)
{
  return PQtransactionStatus (self (base)->conn) != PQTRANS_IDLE;
}

/* Tables ------------------------------------------------------------------------ */

gboolean
postgres_connection_has_table (SqlConnection *base, const char *name, gboolean *found,
                               GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return postgres_finds (
      base,
      arena_printf (arena,
                    "SELECT 1 FROM pg_catalog.pg_class WHERE oid = "
                    "pg_catalog.to_regclass(%s) AND relkind IN ('r', 'p')",
                    postgres_quote (arena, postgres_table (arena, name))),
      found, error);
}

/* The lock is the session's: it goes with the connection, however that ends. */
gboolean
postgres_connection_session_lock (SqlConnection *base, gboolean take, gboolean *is_free,
                                  GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;
  const char *sql
      = take
            ? arena_printf (arena, "SELECT pg_catalog.pg_try_advisory_lock(%d, %d)",
                            LOCK_CLASS_ID, LOCK_OBJECT_ID)
            : arena_printf (arena,
                            "SELECT count(*) = 0 FROM pg_catalog.pg_locks WHERE locktype "
                            "= 'advisory' AND classid = %d AND objid = %d AND objsubid = "
                            "2 AND granted AND pid <> pg_catalog.pg_backend_pid() AND "
                            "database = (SELECT oid FROM "
                            "pg_catalog.pg_database WHERE datname = "
                            "pg_catalog.current_database())",
                            LOCK_CLASS_ID, LOCK_OBJECT_ID);

  if (!postgres_text (base, sql, &text, arena, error))
    return FALSE;
  *is_free = text[0] == 't';
  self (base)->has_lock = self (base)->has_lock || (take && *is_free);
  return TRUE;
}

/* CREATE SCHEMA IF NOT EXISTS wants the right to create even where the schema is there.
 */
gboolean
postgres_connection_prepare_journal (SqlConnection *base, gboolean inside, GError **error)
{
  gboolean found;

  if (!inside)
    return postgres_exec (base,
                          "SELECT pg_catalog.set_config('search_path', "
                          "pg_catalog.current_setting('zdm.search_path'), true)",
                          NULL, error);
  return postgres_exec (base,
                        "SELECT pg_catalog.set_config('zdm.search_path', "
                        "pg_catalog.current_setting('search_path'), true)",
                        NULL, error)
         && postgres_finds (base,
                            "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = "
                            "'" POSTGRES_SCHEMA "'",
                            &found, error)
         && (found || postgres_exec (base, "CREATE SCHEMA " POSTGRES_SCHEMA, NULL, error))
         && postgres_exec (base, "SET LOCAL search_path = " POSTGRES_SCHEMA, NULL, error);
}
