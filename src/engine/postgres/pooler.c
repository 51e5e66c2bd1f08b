/* SPDX-License-Identifier: Apache-2.0
 *
 * Two sessions that are open at once, asked in turns whose process of the server answers.
 */
#include "config.h"

#include "engine/postgres/pooler.h"

#include "model/error.h"

/* Who answers: its number, and that of the server it is a process of. */
#define WHO "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_postmaster_start_time()"

/* A pooler gives away the session that became free last, or the one that has waited for
 * longest; the applications may be faster than we are, but not every time. */
#define N_ROUNDS 12

/* Where the pool has no more sessions the second one is never answered. */
#define PATIENCE_MS 5000

typedef struct
{
  int pid;
  char *server;
} Backend;

static void
backend_clear (Backend *backend)
{
  g_clear_pointer (&backend->server, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Backend, backend_clear)

static gboolean
is_same (const Backend *a, const Backend *b)
{
  return a->pid == b->pid && g_str_equal (a->server, b->server);
}

/* Waits for the answer.  (transfer full): NULL when there is none in time */
static PGresult *
answer (PGconn *conn)
{
  gint64 end = g_get_monotonic_time () + (gint64) PATIENCE_MS * 1000;

  while (PQisBusy (conn))
    {
      GPollFD socket = { .fd = PQsocket (conn), .events = G_IO_IN };
      gint64 left_ms = (end - g_get_monotonic_time ()) / 1000;
      if (left_ms <= 0 || g_poll (&socket, 1, (gint) left_ms) < 0
          || !PQconsumeInput (conn))
        return NULL;
    }
  return PQgetResult (conn);
}

/* What is left of the answers, so that the next one can be asked for. */
static void
clear_answers (PGconn *conn)
{
  PGresult *result;

  while ((result = answer (conn)) != NULL)
    PQclear (result);
}

/* @result: (transfer full) */
static gboolean
take_backend (PGresult *result, Backend *backend)
{
  gboolean fine = PQresultStatus (result) == PGRES_TUPLES_OK;

  if (fine)
    *backend
        = (Backend){ .pid = (int) g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10),
                     .server = g_strdup (PQgetvalue (result, 0, 1)) };
  PQclear (result);
  return fine;
}

static gboolean
ask (PGconn *conn, Backend *backend)
{
  if (!PQsendQuery (conn, WHO) || !take_backend (answer (conn), backend))
    return FALSE;
  clear_answers (conn);
  return TRUE;
}

static gboolean
run (PGconn *conn, const char *sql)
{
  gboolean fine = PQsendQuery (conn, sql) != 0;
  PGresult *result = fine ? answer (conn) : NULL;

  fine = PQresultStatus (result) == PGRES_COMMAND_OK;
  PQclear (result);
  if (fine)
    clear_answers (conn);
  return fine;
}

/* While the second session is in a transaction, the first one is answered by its own
 * process still. */
static gboolean
keeps_its_own (PGconn *conn, PGconn *second, const Backend *first)
{
  g_auto (Backend) mine = { 0 }, other = { 0 };

  return run (second, "BEGIN READ ONLY") && ask (second, &other) && ask (conn, &mine)
         && run (second, "COMMIT") && is_same (&mine, first) && !is_same (&other, first);
}

static gboolean
is_a_session (PGconn *conn, PGconn *second, const Backend *first)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    if (!keeps_its_own (conn, second, first))
      return FALSE;
  return TRUE;
}

static gboolean
refuse (GError **error)
{
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_CONNECT,
      "the connection leads through a pooler that gives each transaction another "
      "session of the server (pool_mode = transaction, or the like), or may do "
      "so: the runner's lock and settings would not hold; give --url the address "
      "of the server itself, or of a pool in session mode with a free session; "
      "applications may go on through the pooler");
  return FALSE;
}

gboolean
pooler_check (PGconn *conn, const char *url, PGconn *(*again) (const char *url),
              int *backend, GError **error)
{
  g_auto (Backend) first = { 0 };

  if (!take_backend (PQexec (conn, WHO), &first))
    {
      g_autofree char *message = g_strdup (PQerrorMessage (conn));
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_CONNECT, g_strstrip (message));
      return FALSE;
    }
  *backend = first.pid;
  /* A server tells the number of its process when a session begins.  A pooler cannot: it
   * has none yet, and gives a number of its own to who may want to cancel. */
  if (first.pid == PQbackendPID (conn))
    return TRUE;
  PGconn *second = again (url);
  gboolean fine
      = PQstatus (second) == CONNECTION_OK && is_a_session (conn, second, &first);
  PQfinish (second);
  return fine || refuse (error);
}
