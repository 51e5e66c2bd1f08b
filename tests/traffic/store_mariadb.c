/* SPDX-License-Identifier: Apache-2.0
 *
 * MariaDB, through libmariadb, with prepared statements: the server prepares them anew by
 * itself where their tables have changed.
 */
#include "config.h"

#include "store.h"

#include <errmsg.h>
#include <mysql.h>
#include <string.h>

#define N_VALUES 2

/* $1 and $2 are question marks here; @order has which of them stands where. */
typedef struct
{
  MYSQL_STMT *stmt;
  guint n, order[N_VALUES];
} Statement;

struct Store
{
  MYSQL *conn;
  GUri *uri;
  GHashTable *statements; /* SQL → Statement */
  gboolean is_node;       /* of a Galera cluster */
  guint n_conflicts;
};

static void
statement_free (gpointer data)
{
  Statement *statement = data;

  mysql_stmt_close (statement->stmt);
  g_free (statement);
}

static gboolean
is_node (MYSQL *conn)
{
  MYSQL_RES *result
      = mysql_query (conn, "SELECT 1 FROM information_schema.GLOBAL_VARIABLES WHERE "
                           "VARIABLE_NAME = 'WSREP_ON' AND VARIABLE_VALUE = 'ON'")
                == 0
            ? mysql_store_result (conn)
            : NULL;
  gboolean found = result != NULL && mysql_num_rows (result) > 0;

  mysql_free_result (result);
  return found;
}

static gboolean
connect_store (Store *store, char **problem)
{
  g_hash_table_remove_all (store->statements);
  g_clear_pointer (&store->conn, mysql_close);
  store->conn = mysql_init (NULL);
  mysql_options (store->conn, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  /* As drivers do: an UPDATE counts the rows it found. */
  if (mysql_real_connect (store->conn, g_uri_get_host (store->uri),
                          g_uri_get_user (store->uri), NULL,
                          g_uri_get_path (store->uri) + strlen ("/"),
                          (guint) g_uri_get_port (store->uri), NULL, CLIENT_FOUND_ROWS)
      == NULL)
    {
      *problem = g_strdup (mysql_error (store->conn));
      return FALSE;
    }
  store->is_node = is_node (store->conn);
  return TRUE;
}

Store *
store_open (const char *url, char **problem)
{
  Store *store = g_new0 (Store, 1);

  store->statements
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, statement_free);
  store->uri = g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (store->uri == NULL)
    *problem = g_strdup_printf ("%s is no URL", url);
  else if (connect_store (store, problem))
    return store;
  store_close (store);
  return NULL;
}

void
store_close (Store *store)
{
  g_hash_table_unref (store->statements);
  g_clear_pointer (&store->conn, mysql_close);
  g_clear_pointer (&store->uri, g_uri_unref);
  g_free (store);
}

static gboolean
is_lost (guint code)
{
  return code == CR_SERVER_GONE_ERROR || code == CR_SERVER_LOST;
}

static gboolean
fail (Store *store, guint code, const char *message, char **problem)
{
  *problem = g_strdup_printf ("%s (%u)", message, code);
  if (is_lost (code))
    {
      g_autofree char *why = NULL;
      connect_store (store, &why);
    }
  return FALSE;
}

static gboolean
fail_statement (Store *store, const Statement *statement, char **problem)
{
  return fail (store, mysql_stmt_errno (statement->stmt),
               mysql_stmt_error (statement->stmt), problem);
}

/* Writes question marks over the $1 and $2 of @sql, and notes which is where. */
static char *
number_values (const char *sql, Statement *statement)
{
  GString *text = g_string_new (NULL);

  for (; *sql != '\0'; sql++)
    if (*sql == '$' && g_ascii_isdigit (sql[1]))
      {
        g_assert (statement->n < N_VALUES);
        statement->order[statement->n++] = (guint) g_ascii_digit_value (*++sql) - 1;
        g_string_append_c (text, '?');
      }
    else
      g_string_append_c (text, *sql);
  return g_string_free (text, FALSE);
}

static Statement *
prepare (Store *store, const char *sql, char **problem)
{
  Statement *statement = g_hash_table_lookup (store->statements, sql);

  if (statement != NULL)
    return statement;
  statement = g_new0 (Statement, 1);
  g_autofree char *text = number_values (sql, statement);
  statement->stmt = mysql_stmt_init (store->conn);
  if (mysql_stmt_prepare (statement->stmt, text, strlen (text)) == 0)
    {
      g_hash_table_insert (store->statements, (gpointer) sql, statement);
      return statement;
    }
  guint code = mysql_stmt_errno (statement->stmt);
  g_autofree char *message = g_strdup (mysql_stmt_error (statement->stmt));
  statement_free (statement);
  fail (store, code, message, problem);
  return NULL;
}

static gboolean
execute (const Statement *statement, gint64 id, gint64 value)
{
  gint64 values[N_VALUES] = { id, value };
  MYSQL_BIND binds[N_VALUES] = { { 0 } };

  for (guint i = 0; i < statement->n; i++)
    {
      binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
      binds[i].buffer = &values[statement->order[i]];
    }
  return mysql_stmt_bind_param (statement->stmt, binds) == 0
         && mysql_stmt_execute (statement->stmt) == 0;
}

/* What the only row has, as text. */
static gboolean
take_value (const Statement *statement, char **text)
{
  char buffer[64];
  unsigned long length = 0;
  my_bool is_null = 0;
  MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_STRING,
                      .buffer = buffer,
                      .buffer_length = sizeof buffer,
                      .length = &length,
                      .is_null = &is_null };

  if (mysql_stmt_bind_result (statement->stmt, &bind) != 0
      || mysql_stmt_store_result (statement->stmt) != 0)
    return FALSE;
  int code = mysql_stmt_fetch (statement->stmt);
  if (code == 0 && !is_null)
    *text = g_strndup (buffer, MIN (length, sizeof buffer));
  mysql_stmt_free_result (statement->stmt);
  return code == 0 || code == MYSQL_NO_DATA;
}

#define CONFLICT 1213
#define MOST_CONFLICTS 50

guint
store_conflicts (const Store *store)
{
  return store->n_conflicts;
}

static gboolean
ask_until_first (Store *store, const Statement *statement, gint64 id, gint64 value,
                 gboolean reads, char **text)
{
  for (guint i = 0;
       !execute (statement, id, value) || (reads && !take_value (statement, text)); i++)
    {
      if (!store->is_node || mysql_stmt_errno (statement->stmt) != CONFLICT
          || i == MOST_CONFLICTS)
        return FALSE;
      store->n_conflicts++;
    }
  return TRUE;
}

gboolean
store_ask (Store *store, const char *sql, gint64 id, gint64 value, gboolean reads,
           char **text, G_GNUC_UNUSED gboolean *replanned, char **problem)
{
  Statement *statement = prepare (store, sql, problem);

  if (statement == NULL)
    return FALSE;
  if (!ask_until_first (store, statement, id, value, reads, text))
    return fail_statement (store, statement, problem);
  guint64 n = mysql_stmt_affected_rows (statement->stmt);
  if (reads || n == 1)
    return TRUE;
  *problem = g_strdup_printf ("%" G_GUINT64_FORMAT " rows were written", n);
  return FALSE;
}

/* Also what the other nodes have written. */
#define SEE_ALL "SET SESSION wsrep_sync_wait = 7"

gboolean
store_each (Store *store, const char *sql,
            void (*row) (gint64 id, const char *text, gpointer data), gpointer data,
            char **problem)
{
  MYSQL_RES *result = NULL;
  MYSQL_ROW values;

  if (store->is_node && mysql_query (store->conn, SEE_ALL) != 0)
    return fail (store, mysql_errno (store->conn), mysql_error (store->conn), problem);
  if (mysql_query (store->conn, sql) != 0
      || (result = mysql_store_result (store->conn)) == NULL)
    return fail (store, mysql_errno (store->conn), mysql_error (store->conn), problem);
  while ((values = mysql_fetch_row (result)) != NULL)
    row (g_ascii_strtoll (values[0], NULL, 10), values[1], data);
  mysql_free_result (result);
  return TRUE;
}
