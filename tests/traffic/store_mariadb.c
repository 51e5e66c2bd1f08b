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

#define MOST_VALUES 8

/* $1, $2 … are question marks here; @order has which of them stands where. */
typedef struct
{
  MYSQL_STMT *stmt;
  guint n, order[MOST_VALUES];
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

/* Also what the other nodes have written. */
#define SEE_ALL "SET SESSION wsrep_sync_wait = 7"

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
      != NULL)
    {
      store->is_node = is_node (store->conn);
      if (!store->is_node || mysql_query (store->conn, SEE_ALL) == 0)
        return TRUE;
    }
  *problem = g_strdup (mysql_error (store->conn));
  return FALSE;
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

/* Writes question marks over the $1, $2 … of @sql, and notes which is where. */
static char *
number_values (const char *sql, Statement *statement)
{
  GString *text = g_string_new (NULL);

  for (; *sql != '\0'; sql++)
    if (*sql == '$' && g_ascii_isdigit (sql[1]))
      {
        g_assert (statement->n < MOST_VALUES);
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
execute (const Statement *statement, gint64 id, char **values)
{
  MYSQL_BIND binds[MOST_VALUES] = { { 0 } };

  for (guint i = 0; i < statement->n; i++)
    {
      guint which = statement->order[i];
      char *value = values != NULL && which > 0 ? values[which - 1] : NULL;
      binds[i].buffer_type = value != NULL ? MYSQL_TYPE_STRING : MYSQL_TYPE_LONGLONG;
      binds[i].buffer = value != NULL ? (void *) value : &id;
      binds[i].buffer_length = value != NULL ? strlen (value) : sizeof id;
    }
  return mysql_stmt_bind_param (statement->stmt, binds) == 0
         && mysql_stmt_execute (statement->stmt) == 0;
}

typedef struct
{
  char buffer[64];
  unsigned long length;
  my_bool is_null;
} Field;

static char *
join_fields (const Field *fields, guint n_fields)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_fields; i++)
    g_string_append_printf (text, "%s%.*s", i > 0 ? "\t" : "",
                            fields[i].is_null
                                ? (int) strlen ("null")
                                : (int) MIN (fields[i].length, sizeof fields[i].buffer),
                            fields[i].is_null ? "null" : fields[i].buffer);
  return g_string_free (text, FALSE);
}

/* What the only row has. */
static gboolean
take_row (const Statement *statement, char **text)
{
  guint n_fields = mysql_stmt_field_count (statement->stmt);
  Field fields[MOST_VALUES] = { { { 0 }, 0, 0 } };
  MYSQL_BIND binds[MOST_VALUES] = { { 0 } };

  for (guint i = 0; i < n_fields; i++)
    binds[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING,
                             .buffer = fields[i].buffer,
                             .buffer_length = sizeof fields[i].buffer,
                             .length = &fields[i].length,
                             .is_null = &fields[i].is_null };
  if (mysql_stmt_bind_result (statement->stmt, binds) != 0
      || mysql_stmt_store_result (statement->stmt) != 0)
    return FALSE;
  int code = mysql_stmt_fetch (statement->stmt);
  if (code == 0)
    *text = join_fields (fields, n_fields);
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

/* @text: NULL: it gives no row */
static gboolean
ask_until_first (Store *store, const Statement *statement, gint64 id, char **values,
                 char **text)
{
  for (guint i = 0;
       !execute (statement, id, values) || (text != NULL && !take_row (statement, text));
       i++)
    {
      if (!store->is_node || mysql_stmt_errno (statement->stmt) != CONFLICT
          || i == MOST_CONFLICTS)
        return FALSE;
      store->n_conflicts++;
    }
  return TRUE;
}

gboolean
store_write (Store *store, const char *sql, gint64 id, char **values,
             G_GNUC_UNUSED gboolean *replanned, char **problem)
{
  Statement *statement = prepare (store, sql, problem);

  if (statement == NULL)
    return FALSE;
  if (!ask_until_first (store, statement, id, values, NULL))
    return fail_statement (store, statement, problem);
  guint64 n = mysql_stmt_affected_rows (statement->stmt);
  if (n != 1)
    *problem = g_strdup_printf ("%" G_GUINT64_FORMAT " rows were written", n);
  return n == 1;
}

gboolean
store_read (Store *store, const char *sql, gint64 id, char **text,
            G_GNUC_UNUSED gboolean *replanned, char **problem)
{
  Statement *statement = prepare (store, sql, problem);

  if (statement == NULL)
    return FALSE;
  return ask_until_first (store, statement, id, NULL, text)
         || fail_statement (store, statement, problem);
}

static char *
join_values (MYSQL_ROW values, guint n_values)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_values; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\t" : "",
                            values[i] != NULL ? values[i] : "null");
  return g_string_free (text, FALSE);
}

gboolean
store_each (Store *store, const char *sql,
            void (*row) (gint64 id, const char *text, gpointer data), gpointer data,
            char **problem)
{
  MYSQL_RES *result = NULL;
  MYSQL_ROW values;

  if (mysql_query (store->conn, sql) != 0
      || (result = mysql_store_result (store->conn)) == NULL)
    return fail (store, mysql_errno (store->conn), mysql_error (store->conn), problem);
  while ((values = mysql_fetch_row (result)) != NULL)
    {
      g_autofree char *text = join_values (values + 1, mysql_num_fields (result) - 1);
      row (g_ascii_strtoll (values[0], NULL, 10), text, data);
    }
  mysql_free_result (result);
  return TRUE;
}
