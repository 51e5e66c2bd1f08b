/* SPDX-License-Identifier: Apache-2.0
 *
 * What everybody may read: variables, and counts of sessions.
 */
#include "config.h"

#include "engine/mariadb/load.h"

#include "engine/mariadb/replicas.h"

enum
{
  COLUMN_POSITION,
  COLUMN_DOMAIN,
  COLUMN_SERVER_ID,
  COLUMN_LOG,
  COLUMN_RUNNING,
  COLUMN_REPLICAS,
  COLUMN_HELD_NS,
};

/* log_bin by itself is 0 where rows are put together, whatever it is. */
static const char SERVER[]
    = "SELECT @@global.gtid_binlog_pos, @@session.gtid_domain_id, @@global.server_id, "
      "@@global.log_bin + 0, MAX(IF(VARIABLE_NAME = 'THREADS_RUNNING', VARIABLE_VALUE + 0, 0)), "
      "MAX(IF(VARIABLE_NAME = 'SLAVES_CONNECTED', VARIABLE_VALUE + 0, 0)), "
      "MAX(IF(VARIABLE_NAME = 'WSREP_FLOW_CONTROL_PAUSED_NS', "
      "CAST(VARIABLE_VALUE AS UNSIGNED), 0)) FROM information_schema.GLOBAL_STATUS WHERE "
      "VARIABLE_NAME IN ('THREADS_RUNNING', 'SLAVES_CONNECTED', "
      "'WSREP_FLOW_CONTROL_PAUSED_NS')";

static guint
count (const MariadbResult *result, guint column)
{
  return (guint) g_ascii_strtoull (mariadb_cell (result, 0, column), NULL, 10);
}

/* They are there; where they listen, and how far they are, the server does not know. */
static const SqlReplica *
unnamed_replicas (guint n, Arena *arena)
{
  SqlReplica *list = arena_new_array (arena, SqlReplica, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = (SqlReplica){ .is_hidden = TRUE, .lag_ms = -1 };
  return list;
}

/* Our own session is at work, and so is for ever one for each replica that is fed. */
gboolean
maria_load_look (SqlConnection *connection, Arena *arena, SqlLoad *load, GError **error)
{
  g_autoptr (MariadbResult) server = mariadb_query (connection, SERVER, error);
  guint n;

  if (server == NULL)
    return FALSE;
  const MariaOrigin origin = { .server_id = mariadb_cell (server, 0, COLUMN_SERVER_ID),
                               .domain = mariadb_cell (server, 0, COLUMN_DOMAIN),
                               .is_logging = count (server, COLUMN_LOG) > 0 };
  guint n_connected = count (server, COLUMN_REPLICAS);
  guint n_running = count (server, COLUMN_RUNNING), n_aside = 1 + n_connected;
  const SqlReplica *replicas
      = maria_replicas_ask (mariadb_connection_replicas (connection), &origin, &n, arena);
  if (n == 0)
    {
      replicas = unnamed_replicas (n_connected, arena);
      n = n_connected;
    }
  *load = (SqlLoad){
    .position
    = maria_gtid_number (mariadb_cell (server, 0, COLUMN_POSITION), origin.domain),
    .replicas = replicas,
    .n_replicas = n,
    .held_ms
    = g_ascii_strtoull (mariadb_cell (server, 0, COLUMN_HELD_NS), NULL, 10) / 1000000,
    .n_active = n_running > n_aside ? n_running - n_aside : 0,
    .who_knows = "is known to none but itself",
    .way_out = "name it in the URL, ?replica=HOST:PORT"
  };
  return TRUE;
}
