/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL, through libpq, with prepared statements as drivers make them; without them
 * behind a pooler, where the next transaction may be another session's.
 */
#include "config.h"

#include "store.h"

#include <libpq-fe.h>
#include <string.h>

struct Store
{
  PGconn *conn;
  char *url;
  GHashTable *names; /* SQL → the name of its statement */
  gboolean is_pooled;
};

/* A pooler gives a number of its own for the server's process. */
static gboolean
is_pooled (PGconn *conn)
{
  PGresult *result = PQexec (conn, "SELECT pg_backend_pid()");
  gboolean pooled
      = PQresultStatus (result) == PGRES_TUPLES_OK
        && g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10) != PQbackendPID (conn);

  PQclear (result);
  return pooled;
}

static gboolean
connect_store (Store *store, char **problem)
{
  g_clear_pointer (&store->conn, PQfinish);
  g_hash_table_remove_all (store->names);
  store->conn = PQconnectdb (store->url);
  if (PQstatus (store->conn) == CONNECTION_OK)
    {
      store->is_pooled = is_pooled (store->conn);
      return TRUE;
    }
  *problem = g_strdup (PQerrorMessage (store->conn));
  return FALSE;
}

Store *
store_open (const char *url, char **problem)
{
  Store *store = g_new0 (Store, 1);

  store->url = g_strdup (url);
  store->names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  if (connect_store (store, problem))
    return store;
  store_close (store);
  return NULL;
}

void
store_close (Store *store)
{
  g_clear_pointer (&store->conn, PQfinish);
  g_hash_table_unref (store->names);
  g_free (store->url);
  g_free (store);
}

static gboolean
fail (Store *store, PGresult *result, char **problem)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);

  *problem = g_strdup_printf ("%s (%s)", g_strchomp (PQerrorMessage (store->conn)),
                              state != NULL ? state : "no state");
  PQclear (result);
  if (PQstatus (store->conn) != CONNECTION_OK)
    {
      g_autofree char *why = NULL;
      connect_store (store, &why);
    }
  return FALSE;
}

static const char *
prepare (Store *store, const char *sql, char **problem)
{
  const char *known = g_hash_table_lookup (store->names, sql);

  if (known != NULL)
    return known;
  char *name = g_strdup_printf ("s%u", g_hash_table_size (store->names));
  PGresult *result = PQprepare (store->conn, name, sql, 0, NULL);
  if (PQresultStatus (result) != PGRES_COMMAND_OK)
    {
      fail (store, result, problem);
      g_free (name);
      return NULL;
    }
  PQclear (result);
  g_hash_table_insert (store->names, (gpointer) sql, name);
  return name;
}

static gboolean
wants_new_plan (const PGresult *result)
{
  const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);

  return state != NULL && strcmp (state, "0A000") == 0
         && strstr (PQresultErrorMessage (result), "cached plan") != NULL;
}

static void
forget_plans (Store *store)
{
  g_hash_table_remove_all (store->names);
  PQclear (PQexec (store->conn, "DEALLOCATE ALL"));
}

#define MOST_VALUES 8

/* Returns: (transfer full): its answer; NULL: it failed */
static PGresult *
ask (Store *store, const char *sql, gint64 id, char **values, gboolean *replanned,
     char **problem)
{
  const char *name = store->is_pooled ? "" : prepare (store, sql, problem);
  g_autofree char *id_text = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  const char *all[MOST_VALUES] = { id_text };
  int n = 1;

  if (name == NULL)
    return NULL;
  for (; values != NULL && values[n - 1] != NULL; n++)
    all[n] = values[n - 1];
  PGresult *result = store->is_pooled
                         ? PQexecParams (store->conn, sql, n, NULL, all, NULL, NULL, 0)
                         : PQexecPrepared (store->conn, name, n, all, NULL, NULL, 0);
  ExecStatusType status = PQresultStatus (result);
  if (wants_new_plan (result) && !*replanned)
    {
      PQclear (result);
      forget_plans (store);
      *replanned = TRUE;
      return ask (store, sql, id, values, replanned, problem);
    }
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
    return result;
  fail (store, result, problem);
  return NULL;
}

gboolean
store_write (Store *store, const char *sql, gint64 id, char **values, gboolean *replanned,
             char **problem)
{
  PGresult *result = ask (store, sql, id, values, replanned, problem);

  if (result == NULL)
    return FALSE;
  gboolean fine = strcmp (PQcmdTuples (result), "1") == 0;
  if (!fine)
    *problem = g_strdup_printf ("%s rows were written", PQcmdTuples (result));
  PQclear (result);
  return fine;
}

static char *
join_values (const PGresult *result, int row, int first)
{
  GString *text = g_string_new (NULL);

  for (int i = first; i < PQnfields (result); i++)
    g_string_append_printf (text, "%s%s", i > first ? "\t" : "",
                            PQgetisnull (result, row, i) ? "null"
                                                         : PQgetvalue (result, row, i));
  return g_string_free (text, FALSE);
}

gboolean
store_read (Store *store, const char *sql, gint64 id, char **text, gboolean *replanned,
            char **problem)
{
  PGresult *result = ask (store, sql, id, NULL, replanned, problem);

  if (result == NULL)
    return FALSE;
  if (PQntuples (result) > 0)
    *text = join_values (result, 0, 0);
  PQclear (result);
  return TRUE;
}

guint
store_conflicts (G_GNUC_UNUSED const Store *store)
{
  return 0;
}

gboolean
store_each (Store *store, const char *sql,
            void (*row) (gint64 id, const char *text, gpointer data), gpointer data,
            char **problem)
{
  PGresult *result = PQexec (store->conn, sql);

  if (PQresultStatus (result) != PGRES_TUPLES_OK)
    return fail (store, result, problem);
  for (int i = 0; i < PQntuples (result); i++)
    {
      g_autofree char *text = join_values (result, i, 1);
      row (g_ascii_strtoll (PQgetvalue (result, i, 0), NULL, 10), text, data);
    }
  PQclear (result);
  return TRUE;
}
