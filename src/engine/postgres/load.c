/* SPDX-License-Identifier: Apache-2.0
 *
 * pg_stat_replication and pg_stat_activity: a role that is no member of pg_monitor sees
 * there that others are connected, and no more.
 */
#include "config.h"

#include "engine/postgres/load.h"

#include <stdlib.h>

/* Who does not replay (a backup, pg_receivewal) is no replica; of whom we are told
 * nothing may be one. */
static const char REPLICAS[]
    = "SELECT coalesce(nullif(r.application_name, ''), 'pid ' || r.pid), r.state IS NULL, "
      "pg_catalog.pg_wal_lsn_diff(r.replay_lsn, '0/0')::bigint, "
      "pg_catalog.floor(extract(epoch FROM r.replay_lag) * 1000)::bigint FROM "
      "pg_catalog.pg_stat_replication AS r WHERE r.state IS NULL OR (r.state IN "
      "('streaming', 'catchup') AND r.replay_lsn IS NOT NULL) ORDER BY r.pid";

static const char SESSIONS[]
    = "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), "
      "'0/0')::bigint, count(*) FILTER (WHERE a.state = 'active' AND a.backend_type = "
      "'client backend' AND a.pid <> pg_catalog.pg_backend_pid()), count(*) FILTER (WHERE "
      "a.usename IS NOT NULL AND a.backend_type IS NULL) FROM "
      "pg_catalog.pg_stat_activity AS a";

static gint64
number (const PostgresResult *result, int row, int column)
{
  const char *text = postgres_cell (result, row, column);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : -1;
}

static SqlReplica
read_replica (const PostgresResult *result, int row, Arena *arena)
{
  gboolean is_hidden = postgres_cell (result, row, 1)[0] == 't';

  return (SqlReplica){ .name = arena_strdup (arena, postgres_cell (result, row, 0)),
                       .is_hidden = is_hidden,
                       .position = is_hidden ? 0 : (guint64) number (result, row, 2),
                       .lag_ms = number (result, row, 3) };
}

gboolean
pg_load_look (SqlConnection *connection, Arena *arena, SqlLoad *load, GError **error)
{
  g_autoptr (PostgresResult) sessions = postgres_query (connection, SESSIONS, error);
  if (sessions == NULL)
    return FALSE;
  g_autoptr (PostgresResult) replicas = postgres_query (connection, REPLICAS, error);
  if (replicas == NULL)
    return FALSE;
  guint n = (guint) PQntuples (replicas);
  SqlReplica *list = arena_new_array (arena, SqlReplica, n + 1);
  for (guint i = 0; i < n; i++)
    list[i] = read_replica (replicas, (int) i, arena);
  *load = (SqlLoad){ .position = (guint64) number (sessions, 0, 0),
                     .replicas = list,
                     .n_replicas = n,
                     .n_active = (guint) number (sessions, 0, 1),
                     .n_hidden = (guint) number (sessions, 0, 2),
                     .who_knows = "is shown to members of pg_monitor only",
                     .way_out = "make the role one of them" };
  return TRUE;
}
