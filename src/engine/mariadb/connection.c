/* SPDX-License-Identifier: Apache-2.0
 *
 * A session through libmariadb.
 */
#include "config.h"

#include "engine/mariadb/connection.h"

#include <string.h>

#include "engine/mariadb/blockers.h"
#include "engine/mariadb/libmariadb.h"
#include "engine/mariadb/replicas.h"
#include "model/error.h"

typedef struct
{
  SqlConnection base;
  MYSQL *mysql;
  MariadbUrl *url;
  const MariadbHost *host; /* of the URL; NULL: its own server */
  guint patience_s;        /* with the network; 0: as the URL says, or libmariadb */
  MariaReplicas *replicas;
  MariaBlockers *blockers;
  guint watch_ms; /* after that long a statement is held up; 0: it may take its time */
  SqlAccess access;
  gboolean may_make_triggers; /* it has been asked */
  gboolean in_transaction;
} Connection;

struct MariadbResult
{
  MYSQL_RES *result;
  guint n_rows, n_columns;
  MYSQL_ROW *rows;
  gulong *lengths; /* n_columns for each row */
};

static Connection *
self (SqlConnection *base)
{
  return (Connection *) base;
}

/* Errors ------------------------------------------------------------------------ */

typedef struct
{
  guint number;
  ZdmError code;
} NumberRow;

/* Of our own SIGNAL; a server's numbers end far below. */
#define FENCED_NUMBER 64735

/* https://mariadb.com/kb/en/mariadb-error-code-reference/ */
static const NumberRow NUMBERS[] = {
  { FENCED_NUMBER, ZDM_ERROR_FENCED },
  { 1205, ZDM_ERROR_LOCK_TIMEOUT },
  { 1213, ZDM_ERROR_DEADLOCK },
  { 1047, ZDM_ERROR_CONNECTION_LOST }, /* the node is cut off from its cluster */
  { 1053, ZDM_ERROR_CONNECTION_LOST }, /* the server shuts down */
  { 1927, ZDM_ERROR_CONNECTION_LOST }, /* KILL */
  { 2006, ZDM_ERROR_CONNECTION_LOST },
  { 2013, ZDM_ERROR_CONNECTION_LOST },
  { 2055, ZDM_ERROR_CONNECTION_LOST },
  { 1290, ZDM_ERROR_CONNECT }, /* read_only */
  { 1792, ZDM_ERROR_CONNECT },
  { 1836, ZDM_ERROR_CONNECT },
  { 1048, ZDM_ERROR_CONSTRAINT },
  { 1062, ZDM_ERROR_CONSTRAINT },
  { 1138, ZDM_ERROR_CONSTRAINT }, /* of a row that is written while NOT NULL is bound */
  { 1364, ZDM_ERROR_CONSTRAINT },
  { 1451, ZDM_ERROR_CONSTRAINT },
  { 1452, ZDM_ERROR_CONSTRAINT },
  { 1586, ZDM_ERROR_CONSTRAINT },
  { 1644, ZDM_ERROR_CONSTRAINT }, /* SIGNAL */
  { 4025, ZDM_ERROR_CONSTRAINT }, /* CHECK */
  { 1264, ZDM_ERROR_CONVERSION },
  { 1265, ZDM_ERROR_CONVERSION },
  { 1292, ZDM_ERROR_CONVERSION },
  { 1366, ZDM_ERROR_CONVERSION },
  { 1406, ZDM_ERROR_CONVERSION },
  { 1690, ZDM_ERROR_CONVERSION },
  { 1139, ZDM_ERROR_CONVERSION }, /* what SQL of the user's may fail with for a value: */
  { 1210, ZDM_ERROR_CONVERSION }, /* arguments of functions, patterns, … */
  { 1242, ZDM_ERROR_CONVERSION }, /* a subquery that gives two rows */
  { 1321, ZDM_ERROR_CONVERSION }, /* a function that gives nothing */
  { 1339, ZDM_ERROR_CONVERSION }, /* a CASE without the value */
  { 1365, ZDM_ERROR_CONVERSION }, /* 1 / 0 */
  { 1367, ZDM_ERROR_CONVERSION },
  { 1411, ZDM_ERROR_CONVERSION },
  { 1416, ZDM_ERROR_CONVERSION },
  { 1441, ZDM_ERROR_CONVERSION },
  { 1525, ZDM_ERROR_CONVERSION },
  { 1918, ZDM_ERROR_CONVERSION },
  { 1977, ZDM_ERROR_CONVERSION },
  { 4038, ZDM_ERROR_CONVERSION }, /* JSON */
  { 1253, ZDM_ERROR_CONVERSION }, /* character sets, collations and types */
  { 1267, ZDM_ERROR_CONVERSION }, /* that do not go together */
  { 1270, ZDM_ERROR_CONVERSION },
  { 1271, ZDM_ERROR_CONVERSION },
  { 4078, ZDM_ERROR_CONVERSION },
  { 4079, ZDM_ERROR_CONVERSION },
  { 1906, ZDM_ERROR_UNSUPPORTED }, /* a generated column is written */
  { 1044, ZDM_ERROR_UNSUPPORTED },
  { 1142, ZDM_ERROR_UNSUPPORTED },
  { 1143, ZDM_ERROR_UNSUPPORTED },
  { 1227, ZDM_ERROR_UNSUPPORTED },
  { 1370, ZDM_ERROR_UNSUPPORTED }, /* EXECUTE */
  { 1235, ZDM_ERROR_UNSUPPORTED },
  { 1419, ZDM_ERROR_UNSUPPORTED }, /* log_bin_trust_function_creators */
  { 1005, ZDM_ERROR_UNSUPPORTED }, /* a foreign key is not formed well */
  { 1215, ZDM_ERROR_UNSUPPORTED },
  { 1069, ZDM_ERROR_UNSUPPORTED }, /* too many keys */
  { 1071, ZDM_ERROR_UNSUPPORTED }, /* a key is too long */
  { 1117, ZDM_ERROR_UNSUPPORTED }, /* too many columns */
  { 1118, ZDM_ERROR_UNSUPPORTED }, /* a row is too long */
  { 1503, ZDM_ERROR_UNSUPPORTED }, /* partitions */
  { 1506, ZDM_ERROR_UNSUPPORTED },
  { 1845, ZDM_ERROR_UNSAFE }, /* ALGORITHM or LOCK is not possible */
  { 1846, ZDM_ERROR_UNSAFE },
  { 1054, ZDM_ERROR_MISSING },
  { 1091, ZDM_ERROR_MISSING },
  { 1146, ZDM_ERROR_MISSING },
  { 1176, ZDM_ERROR_MISSING },
  { 1305, ZDM_ERROR_MISSING }, /* a function */
  { 1356, ZDM_ERROR_MISSING }, /* what a view needs */
  { 1360, ZDM_ERROR_MISSING },
  { 1050, ZDM_ERROR_EXISTS },
  { 1060, ZDM_ERROR_EXISTS },
  { 1061, ZDM_ERROR_EXISTS },
  { 1359, ZDM_ERROR_EXISTS },
  { 1826, ZDM_ERROR_EXISTS },
  { 1064, ZDM_ERROR_SYNTAX },
  { 1111, ZDM_ERROR_SYNTAX }, /* an aggregate, */
  { 4015, ZDM_ERROR_SYNTAX }, /* or a window function, where there is but one row */
  { 1149, ZDM_ERROR_SYNTAX },
};

static ZdmError
code_of (guint number)
{
  for (guint i = 0; i < G_N_ELEMENTS (NUMBERS); i++)
    if (NUMBERS[i].number == number)
      return NUMBERS[i].code;
  return ZDM_ERROR_IO;
}

/* FALSE, always. */
static gboolean
fail (Connection *connection, GError **error)
{
  guint number = mysql_errno (connection->mysql);
  ZdmError code = code_of (number);
  const char *blockers = code == ZDM_ERROR_LOCK_TIMEOUT && connection->watch_ms > 0
                             ? maria_blockers_found (connection->blockers)
                             : NULL;

  g_set_error (
      error, ZDM_ERROR, code, "%s%s (error %u, SQLSTATE %s)%s%s",
      code == ZDM_ERROR_CONNECTION_LOST ? "the connection to the server is lost: " : "",
      mysql_error (connection->mysql), number, mysql_sqlstate (connection->mysql),
      blockers != NULL ? "; " : "", blockers != NULL ? blockers : "");
  return FALSE;
}

/* Results ----------------------------------------------------------------------- */

void
mariadb_result_free (MariadbResult *result)
{
  if (result == NULL)
    return;
  if (result->result != NULL)
    mysql_free_result (result->result);
  g_free (result->rows);
  g_free (result->lengths);
  g_free (result);
}

guint
mariadb_n_rows (const MariadbResult *result)
{
  return result->n_rows;
}

guint
mariadb_n_columns (const MariadbResult *result)
{
  return result->n_columns;
}

const char *
mariadb_cell (const MariadbResult *result, guint row, guint column)
{
  return result->rows[row][column];
}

gsize
mariadb_cell_length (const MariadbResult *result, guint row, guint column)
{
  return result->lengths[(gsize) row * result->n_columns + column];
}

gboolean
mariadb_find_column (const MariadbResult *result, const char *name, guint *column)
{
  const MYSQL_FIELD *fields
      = result->n_columns > 0 ? mysql_fetch_fields (result->result) : NULL;

  for (*column = 0; *column < result->n_columns; (*column)++)
    if (g_ascii_strcasecmp (fields[*column].name, name) == 0)
      return TRUE;
  return FALSE;
}

static void
take_rows (MariadbResult *result)
{
  result->n_columns = mysql_num_fields (result->result);
  result->n_rows = (guint) mysql_num_rows (result->result);
  result->rows = g_new0 (MYSQL_ROW, (gsize) result->n_rows + 1);
  result->lengths = g_new0 (gulong, (gsize) result->n_rows * result->n_columns + 1);
  for (guint i = 0; i < result->n_rows; i++)
    {
      result->rows[i] = mysql_fetch_row (result->result);
      memcpy (result->lengths + (gsize) i * result->n_columns,
              mysql_fetch_lengths (result->result), result->n_columns * sizeof (gulong));
    }
}

/* Statements ------------------------------------------------------------------ */

static int
send (const Connection *connection, const char *sql)
{
  return connection->watch_ms > 0
             ? maria_blockers_query (connection->blockers, connection->mysql, sql,
                                     connection->watch_ms)
             : mysql_real_query (connection->mysql, sql, strlen (sql));
}

MariadbResult *
mariadb_query (SqlConnection *base, const char *sql, GError **error)
{
  Connection *connection = self (base);
  g_autoptr (MariadbResult) result = g_new0 (MariadbResult, 1);

  if (send (connection, sql) != 0)
    {
      fail (connection, error);
      return NULL;
    }
  result->result = mysql_store_result (connection->mysql);
  if (result->result != NULL)
    take_rows (result);
  else if (mysql_field_count (connection->mysql) > 0)
    {
      fail (connection, error);
      return NULL;
    }
  return g_steal_pointer (&result);
}

gboolean
mariadb_exec (SqlConnection *base, const char *sql, guint64 *n_changed, GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (base, sql, error);

  if (result == NULL)
    return FALSE;
  if (n_changed != NULL)
    *n_changed = mysql_affected_rows (self (base)->mysql);
  return TRUE;
}

/* The server takes the statements apart: they may hold bodies of triggers. */
static gboolean
run_all (Connection *connection, const char *sql, GError **error)
{
  if (mysql_real_query (connection->mysql, sql, strlen (sql)) != 0)
    return fail (connection, error);
  for (;;)
    {
      MYSQL_RES *result = mysql_store_result (connection->mysql);
      if (result != NULL)
        mysql_free_result (result);
      else if (mysql_field_count (connection->mysql) > 0)
        return fail (connection, error);
      int next = mysql_next_result (connection->mysql);
      if (next != 0)
        return next < 0 || fail (connection, error);
    }
}

gboolean
mariadb_run_script (SqlConnection *base, const char *sql, GError **error)
{
  Connection *connection = self (base);

  if (mysql_set_server_option (connection->mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0)
    return fail (connection, error);
  gboolean fine = run_all (connection, sql, error);
  return mysql_set_server_option (connection->mysql, MYSQL_OPTION_MULTI_STATEMENTS_OFF)
                 == 0
             ? fine
             : fine && fail (connection, error);
}

gboolean
mariadb_exec_in_transaction (SqlConnection *base, const char *sql, GError **error)
{
  return mariadb_exec (base, sql, NULL, error)
         && (!self (base)->in_transaction
             || mariadb_exec (base, "START TRANSACTION", NULL, error));
}

gboolean
mariadb_text (SqlConnection *base, const char *sql, const char **text, Arena *arena,
              GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (base, sql, error);

  *text = NULL;
  if (result == NULL)
    return FALSE;
  if (result->n_rows > 0)
    {
      const char *cell = mariadb_cell (result, 0, 0);
      *text = arena_strdup (arena, cell != NULL ? cell : "");
    }
  return TRUE;
}

gboolean
mariadb_finds (SqlConnection *base, const char *sql, gboolean *found, GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (base, sql, error);

  *found = result != NULL && result->n_rows > 0;
  return result != NULL;
}

/* The library escapes by the session's own character set and mode. */
static void
append_text (Connection *connection, GString *sql, const Value *value)
{
  g_autofree char *escaped = g_malloc (value->text.length * 2 + 1);
  gulong length = mysql_real_escape_string (connection->mysql, escaped, value->text.bytes,
                                            value->text.length);

  g_string_append_c (sql, '\'');
  g_string_append_len (sql, escaped, (gssize) length);
  g_string_append_c (sql, '\'');
}

static void
append_parameter (Connection *connection, GString *sql, const Value *value)
{
  char real[G_ASCII_DTOSTR_BUF_SIZE];

  switch (value->kind)
    {
    case VALUE_INTEGER:
      g_string_append_printf (sql, "%" G_GINT64_FORMAT, value->integer);
      return;
    case VALUE_DOUBLE:
      g_string_append (sql, g_ascii_dtostr (real, sizeof real, value->real));
      return;
    case VALUE_TEXT:
      append_text (connection, sql, value);
      return;
    case VALUE_NULL:
    default:
      g_string_append (sql, "NULL");
    }
}

/* The statement with a literal for each "?" that is not within quotes. */
static GString *
fill_in (Connection *connection, const char *sql, const Value *parameters, guint n)
{
  GString *out = g_string_new (NULL);
  guint next = 0;
  char quote = '\0';

  for (const char *c = sql; *c != '\0'; c++)
    {
      if (quote != '\0')
        quote = *c == quote ? '\0' : quote;
      else if (*c == '\'' || *c == '"' || *c == '`')
        quote = *c;
      if (*c == '?' && quote == '\0' && next < n)
        append_parameter (connection, out, &parameters[next++]);
      else
        g_string_append_c (out, *c);
    }
  return out;
}

static Value
value_of_cell (const MariadbResult *result, const MYSQL_FIELD *field, guint row,
               guint column)
{
  const char *text = mariadb_cell (result, row, column);

  if (text == NULL)
    return VALUE_NULL_INIT;
  switch (field->type)
    {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
      return value_integer (g_ascii_strtoll (text, NULL, 10));
    case MYSQL_TYPE_FLOAT:
    case MYSQL_TYPE_DOUBLE:
      return value_double (g_ascii_strtod (text, NULL));
    default:
      return value_text (text, mariadb_cell_length (result, row, column));
    }
}

static gboolean
give_rows (const MariadbResult *result, SqlRowFunction row, gpointer data, GError **error)
{
  g_autofree Value *values = g_new0 (Value, (gsize) result->n_columns + 1);
  const MYSQL_FIELD *fields
      = result->n_rows > 0 ? mysql_fetch_fields (result->result) : NULL;

  for (guint i = 0; i < result->n_rows; i++)
    {
      for (guint j = 0; j < result->n_columns; j++)
        values[j] = value_of_cell (result, &fields[j], i, j);
      if (!row (values, result->n_columns, data, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mariadb_connection_run (SqlConnection *base, const char *sql, const Value *parameters,
                        guint n_parameters, SqlRowFunction row, gpointer data,
                        guint64 *n_changed, GError **error)
{
  g_autoptr (GString) text = fill_in (self (base), sql, parameters, n_parameters);
  g_autoptr (MariadbResult) result = mariadb_query (base, text->str, error);

  if (result == NULL)
    return FALSE;
  if (n_changed != NULL)
    *n_changed = mysql_affected_rows (self (base)->mysql);
  return row == NULL || give_rows (result, row, data, error);
}

/* SELECT … INTO waits for what other nodes have committed; a subquery would not. */
#define GUARDED                                                                            \
  "BEGIN NOT ATOMIC DECLARE zdm_fence TEXT; SELECT content INTO zdm_fence FROM zdm_meta "  \
  "WHERE name = 'fence'; IF zdm_fence = ? THEN EXECUTE IMMEDIATE ?; ELSE SIGNAL SQLSTATE " \
  "'45000' SET MYSQL_ERRNO = ?, MESSAGE_TEXT = 'another runner has taken over: this one "  \
  "stops'; END IF; END"

gboolean
mariadb_define (SqlConnection *base, const char *sql, GError **error)
{
  g_autofree char *fence = g_strdup_printf ("%" G_GINT64_FORMAT, base->fence);
  const Value values[]
      = { value_string (fence), value_string (sql), value_integer (FENCED_NUMBER) };

  if (!base->is_node || base->fence == 0)
    return mariadb_exec (base, sql, NULL, error);
  return mariadb_connection_run (base, GUARDED, values, G_N_ELEMENTS (values), NULL, NULL,
                                 NULL, error);
}

/* Opening --------------------------------------------------------------------- */

/* Triggers have the sql_mode of who makes them.  A date that is none, as rows hold it
 * from a time when the server took it, is carried as it is: it must not fail who writes
 * it. */
static const char *const SETTINGS[] = {
  "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ALLOW_INVALID_DATES,"
  "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
  "NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', autocommit = 1, foreign_key_checks = 1, "
  "unique_checks = 1, sql_safe_updates = 0, sql_select_limit = DEFAULT, "
  "max_statement_time = 0, idle_transaction_timeout = 0, wait_timeout = 28800, "
  "sql_quote_show_create = 1, group_concat_max_len = 16777216",
  "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
};

/* A server that is gone without a word must not be waited for all day, unless the URL
 * says so. */
#define CONNECT_TIMEOUT_S 10

static void
set_options (MYSQL *mysql, const MariadbUrl *url)
{
  static const unsigned int never = 0, timeout_s = CONNECT_TIMEOUT_S;

  mysql_options (mysql, MYSQL_OPT_CONNECT_TIMEOUT, &timeout_s);
  mysql_options (mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  mysql_options (mysql, MYSQL_READ_DEFAULT_GROUP, "zdm-run");
  mysql_options (mysql, MYSQL_OPT_LOCAL_INFILE, &never);
  for (guint i = 0; i < url->options->len; i++)
    {
      const MariadbOption *option = url->options->pdata[i];
      unsigned int number = (unsigned int) g_ascii_strtoull (option->value, NULL, 10);
      mysql_options (mysql, (enum mysql_option) option->option,
                     option->is_number ? (const void *) &number : option->value);
    }
}

static void
set_patience (MYSQL *mysql, const unsigned int *patience_s)
{
  mysql_options (mysql, MYSQL_OPT_CONNECT_TIMEOUT, patience_s);
  mysql_options (mysql, MYSQL_OPT_READ_TIMEOUT, patience_s);
  mysql_options (mysql, MYSQL_OPT_WRITE_TIMEOUT, patience_s);
}

/* "localhost" would be a socket, which is that of the URL's own server. */
static MYSQL *
connect_to_host (const Connection *connection)
{
  static const unsigned int tcp = MYSQL_PROTOCOL_TCP;
  const MariadbUrl *url = connection->url;

  mysql_options (connection->mysql, MYSQL_OPT_PROTOCOL, &tcp);
  return mysql_real_connect (connection->mysql, connection->host->name, url->user,
                             url->password, NULL, connection->host->port, NULL, 0);
}

static gboolean
connect (Connection *connection, GError **error)
{
  const MariadbUrl *url = connection->url;

  connection->mysql = mysql_init (NULL);
  set_options (connection->mysql, url);
  if (connection->patience_s > 0)
    set_patience (connection->mysql, &connection->patience_s);
  const MYSQL *connected
      = connection->host != NULL
            ? connect_to_host (connection)
            : mysql_real_connect (connection->mysql, url->host, url->user, url->password,
                                  url->database, url->port, url->socket, 0);
  return connected != NULL || fail (connection, error);
}

typedef struct
{
  const char *sql; /* gives a row where it is so */
  const char *why;
} RefusalRow;

static const RefusalRow REFUSALS[] = {
  { "SELECT 1 FROM DUAL WHERE @@global.read_only",
    "the server is read_only, as a replica is; connect to its primary" },
};

/* What is written there would fail later, and less clearly. */
static gboolean
check_writable (SqlConnection *connection, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (REFUSALS); i++)
    {
      gboolean found;
      if (!mariadb_finds (connection, REFUSALS[i].sql, &found, error))
        return FALSE;
      if (!found)
        continue;
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_CONNECT, REFUSALS[i].why);
      return FALSE;
    }
  return TRUE;
}

/* Definitions change in the same order everywhere; what the other nodes have written is
 * there before anything is read. */
#define NODE_SETTINGS "SET SESSION wsrep_OSU_method = 'TOI', wsrep_sync_wait = 7"

/* The larger a transaction, the more writers of other nodes meet it. */
#define NODE_CHUNK_ROWS 1000

/* A change of a definition that the others have made must not fail on this node alone. */
#define NODE_LOCK_S 86400

static gboolean
set_up_node (SqlConnection *connection, GError **error)
{
  if (!mariadb_finds (connection,
                      "SELECT 1 FROM information_schema.GLOBAL_VARIABLES WHERE "
                      "VARIABLE_NAME = 'WSREP_ON' AND VARIABLE_VALUE = 'ON'",
                      &connection->is_node, error))
    return FALSE;
  connection->max_chunk_rows = connection->is_node ? NODE_CHUNK_ROWS : 0;
  return !connection->is_node || mariadb_exec (connection, NODE_SETTINGS, NULL, error);
}

static gboolean
set_up (SqlConnection *connection, SqlAccess access, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (SETTINGS); i++)
    if (!mariadb_exec (connection, SETTINGS[i], NULL, error))
      return FALSE;
  if (!set_up_node (connection, error))
    return FALSE;
  return access == SQL_READ_ONLY
             ? mariadb_exec (connection, "SET SESSION TRANSACTION READ ONLY", NULL, error)
             : check_writable (connection, error);
}

/* FALSE with ZDM_ERROR_CONNECT, whatever the cause. */
static gboolean
connect_and_set_up (Connection *connection, GError **error)
{
  GError *problem = NULL;

  if (connect (connection, &problem)
      && set_up (&connection->base, connection->access, &problem))
    return TRUE;
  problem->code = ZDM_ERROR_CONNECT;
  g_propagate_error (error, problem);
  return FALSE;
}

/* Takes what @of says. */
static SqlConnection *
open_connection (const Connection *of, GError **error)
{
  Connection *connection = g_new0 (Connection, 1);

  *connection = *of;
  connection->replicas = maria_replicas_new (&connection->base, connection->url);
  connection->blockers = maria_blockers_new (&connection->base);
  if (connect_and_set_up (connection, error))
    return &connection->base;
  mariadb_connection_close (&connection->base);
  return NULL;
}

SqlConnection *
mariadb_connection_open (const SqlEngine *engine, const char *text, SqlAccess access,
                         GError **error)
{
  MariadbUrl *url = mariadb_url_parse (text, error);
  const Connection connection = { .base = { engine }, .url = url, .access = access };

  if (url == NULL)
    return NULL;
  if (libmariadb_load (error))
    return open_connection (&connection, error);
  mariadb_url_unref (url);
  return NULL;
}

#define BESIDE_PATIENCE_S 2

SqlConnection *
mariadb_connection_beside (SqlConnection *base, const MariadbHost *host, GError **error)
{
  const Connection connection = { .base = { base->engine },
                                  .url = mariadb_url_ref (self (base)->url),
                                  .host = host,
                                  .patience_s = BESIDE_PATIENCE_S,
                                  .access = SQL_READ_ONLY };

  return open_connection (&connection, error);
}

/* Times of transactions are whole seconds there. */
gboolean
mariadb_connection_old_readers (SqlConnection *base, guint64 age_ms, char **readers,
                                char **blind, G_GNUC_UNUSED GError **error)
{
  const Connection *connection = self (base);

  maria_blockers_old_readers (connection->blockers,
                              (gint64) mysql_thread_id (connection->mysql), age_ms / 1000,
                              readers, blind);
  return TRUE;
}

MariaReplicas *
mariadb_connection_replicas (SqlConnection *base)
{
  return self (base)->replicas;
}

gboolean
mariadb_connection_reconnect (SqlConnection *base, GError **error)
{
  Connection *connection = self (base);

  mysql_close (connection->mysql);
  connection->in_transaction = FALSE;
  return connect_and_set_up (connection, error);
}

void
mariadb_connection_close (SqlConnection *base)
{
  Connection *connection = self (base);

  if (connection == NULL)
    return;
  maria_replicas_free (connection->replicas);
  maria_blockers_free (connection->blockers);
  mysql_close (connection->mysql);
  mariadb_url_unref (connection->url);
  g_free (connection);
}

/* Transactions ------------------------------------------------------------------ */

/* Locks on rows and on definitions are waited for in whole seconds. */
gboolean
mariadb_connection_be_patient (SqlConnection *base, guint patience_ms, GError **error)
{
  guint seconds = MAX ((patience_ms + 999) / 1000, 1);
  g_autofree char *sql = g_strdup_printf (
      "SET SESSION lock_wait_timeout = %u, innodb_lock_wait_timeout = %u",
      base->is_node ? NODE_LOCK_S : seconds, seconds);

  self (base)->watch_ms = seconds * 1000 / 2;
  return mariadb_exec (base, sql, NULL, error);
}

gboolean
mariadb_connection_begin (SqlConnection *base, G_GNUC_UNUSED SqlPurpose purpose,
                          guint patience_ms, GError **error)
{
  self (base)->in_transaction = mariadb_connection_be_patient (base, patience_ms, error)
                                && mariadb_exec (base, "START TRANSACTION", NULL, error);
  return self (base)->in_transaction;
}

gboolean
mariadb_connection_commit (SqlConnection *base, GError **error)
{
  self (base)->in_transaction = FALSE;
  return mariadb_exec (base, "COMMIT", NULL, error);
}

void
mariadb_connection_roll_back (SqlConnection *base)
{
  Connection *connection = self (base);

  if (connection->in_transaction)
    mariadb_exec (base, "ROLLBACK", NULL, NULL);
  connection->in_transaction = FALSE;
}

/* Tables ------------------------------------------------------------------------ */

gboolean
mariadb_connection_has_table (SqlConnection *base, const char *name, gboolean *found,
                              GError **error)
{
  const Value value = value_string (name);
  g_autoptr (GString) sql
      = fill_in (self (base),
                 "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                 "DATABASE() AND TABLE_NAME = ? AND TABLE_TYPE IN "
                 "('BASE TABLE', 'SYSTEM VERSIONED')",
                 &value, 1);

  return mariadb_finds (base, sql->str, found, error);
}

/* The server looks first whether it would log a trigger of this account (error 1419), and
 * then for the trigger. */
gboolean
mariadb_connection_may_make_triggers (SqlConnection *base, GError **error)
{
  Connection *connection = self (base);

  if (connection->access != SQL_READ_ONLY && !connection->may_make_triggers)
    connection->may_make_triggers
        = mariadb_exec (base, "DROP TRIGGER IF EXISTS zdm_no_trigger", NULL, error);
  return connection->access == SQL_READ_ONLY || connection->may_make_triggers;
}

/* Its name is one of the whole server, and has 64 characters at most. */
#define LOCK_NAME "CONCAT('zdm.', MD5(DATABASE()))"

/* The lock is the session's, as are the statements: a statement that goes on in the
 * server after its runner was killed keeps the lock until it ends. */
gboolean
mariadb_connection_session_lock (SqlConnection *base, gboolean take, gboolean *is_free,
                                 GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!mariadb_text (base,
                     take ? "SELECT GET_LOCK(" LOCK_NAME ", 0)"
                          : "SELECT COALESCE(IS_USED_LOCK(" LOCK_NAME
                            "), CONNECTION_ID()) = CONNECTION_ID()",
                     &text, arena, error))
    return FALSE;
  *is_free = g_strcmp0 (text, "1") == 0;
  return TRUE;
}

static const char *const JOURNAL_TABLES[]
    = { "zdm_migration", "zdm_step", "zdm_event", "zdm_meta" };

/* A creation that was broken off has left tables that nobody has written to. */
static gboolean
drop_leftovers (SqlConnection *base, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (JOURNAL_TABLES); i++)
    {
      const char *name = JOURNAL_TABLES[i];
      g_autofree char *rows = g_strdup_printf ("SELECT 1 FROM %s LIMIT 1", name);
      g_autofree char *drop = g_strdup_printf ("DROP TABLE %s", name);
      gboolean found, has_rows;
      if (!mariadb_connection_has_table (base, name, &found, error))
        return FALSE;
      if (!found)
        continue;
      if (!mariadb_finds (base, rows, &has_rows, error))
        return FALSE;
      if (has_rows)
        {
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                       "the journal in this database is damaged: '%s' has rows, and "
                       "'zdm_meta' does not say of which format",
                       name);
          return FALSE;
        }
      if (!mariadb_exec (base, drop, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* Whatever the database's own character set is; a source may be longer than TEXT. */
static const char *const JOURNAL_FORMS[] = {
  "ALTER TABLE zdm_meta ENGINE = InnoDB, CONVERT TO CHARACTER SET utf8mb4 COLLATE "
  "utf8mb4_bin",
  "ALTER TABLE zdm_migration ENGINE = InnoDB, CONVERT TO CHARACTER SET utf8mb4 COLLATE "
  "utf8mb4_bin, MODIFY source LONGTEXT NOT NULL, MODIFY definitions LONGTEXT",
  "ALTER TABLE zdm_step ENGINE = InnoDB, CONVERT TO CHARACTER SET utf8mb4 COLLATE "
  "utf8mb4_bin",
  "ALTER TABLE zdm_event ENGINE = InnoDB, CONVERT TO CHARACTER SET utf8mb4 COLLATE "
  "utf8mb4_bin",
};

/* A runner on another node that was faster is at work with these tables. */
static gboolean
check_unfinished (SqlConnection *base, GError **error)
{
  gboolean found;

  if (!mariadb_finds (base, "SELECT 1 FROM zdm_meta WHERE name = 'format'", &found,
                      error))
    return FALSE;
  if (found)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                 "another runner has just made the journal");
  return !found;
}

gboolean
mariadb_connection_prepare_journal (SqlConnection *base, gboolean inside, GError **error)
{
  if (inside)
    return base->is_node || drop_leftovers (base, error);
  for (guint i = 0; i < G_N_ELEMENTS (JOURNAL_FORMS); i++)
    if ((base->is_node && !check_unfinished (base, error))
        || !mariadb_exec_in_transaction (base, JOURNAL_FORMS[i], error))
      return FALSE;
  return TRUE;
}
