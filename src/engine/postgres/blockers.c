/* SPDX-License-Identifier: Apache-2.0
 *
 * pg_blocking_pids(), and what pg_stat_activity shows of those: to a role without
 * pg_read_all_stats not all of it, where they are another role's.
 */
#include "config.h"

#include "engine/postgres/blockers.h"

#define MAX_SHOWN 5

struct PgBlockers
{
  char *url;
  PGconn *watcher; /* NULL: nothing had to wait yet */
  GString *found;
};

PgBlockers *
pg_blockers_new (const char *url)
{
  PgBlockers *self = g_new0 (PgBlockers, 1);

  self->url = g_strdup (url);
  self->found = g_string_new (NULL);
  return self;
}

void
pg_blockers_free (PgBlockers *self)
{
  if (self == NULL)
    return;
  PQfinish (self->watcher);
  g_string_free (self->found, TRUE);
  g_free (self->url);
  g_free (self);
}

/* Looking ----------------------------------------------------------------------- */

/* Whoever cannot be reached at once is of no use: the wait is over soon. */
static gboolean
open_watcher (PgBlockers *self)
{
  const char *keys[] = { "dbname",          "application_name", "client_encoding",
                         "connect_timeout", "options",          NULL };
  const char *values[]
      = { self->url, "zdm-run", "UTF8", "2", "-c statement_timeout=500", NULL };

  if (self->watcher != NULL && PQstatus (self->watcher) == CONNECTION_OK)
    return TRUE;
  PQfinish (self->watcher);
  self->watcher = PQconnectdbParams (keys, values, 1);
  return PQstatus (self->watcher) == CONNECTION_OK;
}

static const char *
cell (const PGresult *result, int row, int column)
{
  return PQgetisnull (result, row, column) ? NULL : PQgetvalue (result, row, column);
}

static void
append_blocker (GString *out, const PGresult *result, int row)
{
  const char *state = cell (result, row, 3), *seconds = cell (result, row, 4);

  if (g_strcmp0 (cell (result, row, 0), "0") == 0)
    {
      g_string_append (out, "a prepared transaction (pg_prepared_xacts shows them)");
      return;
    }
  g_string_append_printf (out, "pid %s (", cell (result, row, 0));
  if (cell (result, row, 1) != NULL)
    g_string_append_printf (out, "%s, ", cell (result, row, 1));
  if (cell (result, row, 2) != NULL)
    g_string_append_printf (out, "role %s, ", cell (result, row, 2));
  g_string_append (out, state != NULL ? state
                                      : "its state is shown to pg_read_all_stats only");
  if (seconds != NULL)
    g_string_append_printf (out, ", in a transaction for %s s", seconds);
  g_string_append_c (out, ')');
}

static void
append_blockers (GString *out, const char *begin, const PGresult *result)
{
  int n = PQntuples (result);

  for (int i = 0; i < MIN (n, MAX_SHOWN); i++)
    {
      g_string_append (out, i == 0 ? begin : ", ");
      append_blocker (out, result, i);
    }
  if (n > MAX_SHOWN)
    g_string_append_printf (out, " and %d more", n - MAX_SHOWN);
}

/* Background workers have neither a role nor a name of an application. */
static void
look (PgBlockers *self, const PGconn *connection)
{
  if (!open_watcher (self))
    return;
  g_autofree char *sql = g_strdup_printf (
      "SELECT b.pid, coalesce(nullif(a.application_name, ''), "
      "nullif(a.backend_type, 'client backend')), a.usename, coalesce(a.state, CASE WHEN "
      "a.backend_type <> 'client backend' THEN 'at work' END), "
      "pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)) "
      "FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids(%d))) AS b "
      "(pid) LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = b.pid ORDER BY "
      "a.xact_start, b.pid",
      PQbackendPID (connection));
  PGresult *result = PQexec (self->watcher, sql);
  if (PQresultStatus (result) == PGRES_TUPLES_OK)
    append_blockers (self->found, "held up by ", result);
  PQclear (result);
}

/* Waiting ----------------------------------------------------------------------- */

/* FALSE: there is no answer yet, and the time is over. */
static gboolean
wait_for_answer (PGconn *connection, guint watch_ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) watch_ms * 1000;

  while (PQisBusy (connection))
    {
      gint64 rest_ms = (end - g_get_monotonic_time () + 999) / 1000;
      GPollFD poll = { .fd = PQsocket (connection), .events = G_IO_IN };
      if (rest_ms <= 0)
        return FALSE;
      if (g_poll (&poll, 1, (gint) rest_ms) > 0 && !PQconsumeInput (connection))
        return TRUE;
    }
  return TRUE;
}

PGresult *
pg_blockers_exec (PgBlockers *self, PGconn *connection, const char *sql, guint watch_ms)
{
  PGresult *last = NULL, *result;

  g_string_truncate (self->found, 0);
  if (!PQsendQuery (connection, sql))
    return NULL;
  if (!wait_for_answer (connection, watch_ms))
    look (self, connection);
  while ((result = PQgetResult (connection)) != NULL)
    {
      PQclear (last);
      last = result;
    }
  return last;
}

const char *
pg_blockers_found (const PgBlockers *self)
{
  return self->found->len > 0 ? self->found->str : NULL;
}

/* Old readers ------------------------------------------------------------------- */

/* A snapshot that is kept between two statements, or by one of several that is at work:
 * that of a transaction which is one statement ends with it, and reads no definition
 * that is younger.  What others hold is theirs: a replica's, a vacuum's. */
#define SNAPSHOTS                                                                         \
  "FROM pg_catalog.pg_stat_activity AS a WHERE a.backend_xmin IS NOT NULL AND a.datname " \
  "= pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() AND "

static gboolean
find_hidden (SqlConnection *connection, char **blind, GError **error)
{
  gboolean found;

  if (!postgres_finds (connection, "SELECT 1 " SNAPSHOTS "a.backend_type IS NULL", &found,
                       error))
    return FALSE;
  if (found)
    *blind = g_strdup ("how old the snapshots of other roles' transactions are is shown "
                       "to members of pg_read_all_stats only");
  return TRUE;
}

gboolean
pg_old_readers (SqlConnection *connection, guint64 age_ms, char **readers, char **blind,
                GError **error)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT a.pid, nullif(a.application_name, ''), a.usename, a.state, "
      "pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp() - "
      "a.xact_start)) " SNAPSHOTS "a.backend_type = 'client backend' AND "
      "a.xact_start < pg_catalog.clock_timestamp() - %" G_GUINT64_FORMAT " * interval "
      "'1 ms' AND (a.state <> 'active' OR a.query_start > a.xact_start) ORDER BY "
      "a.xact_start, a.pid",
      age_ms);
  g_autoptr (PostgresResult) result = postgres_query (connection, sql, error);

  *readers = *blind = NULL;
  if (result == NULL || !find_hidden (connection, blind, error))
    return FALSE;
  g_autoptr (GString) text = g_string_new (NULL);
  append_blockers (text, "", result);
  if (text->len > 0)
    *readers = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}
