/* SPDX-License-Identifier: Apache-2.0
 *
 * @@gtid_slave_pos, which everybody may read, and Seconds_Behind_Master, which takes
 * REPLICA MONITOR: it knows of what was late before we came, and calls a replica that
 * receives nothing any more in time.
 */
#include "config.h"

#include "engine/mariadb/replicas.h"

#include "model/error.h"

struct MariaReplicas
{
  SqlConnection *primary;
  const GPtrArray *hosts;   /* MariadbHost *, of the URL */
  SqlConnection **sessions; /* one for each; NULL: none is open */
};

MariaReplicas *
maria_replicas_new (SqlConnection *primary, const MariadbUrl *url)
{
  MariaReplicas *self = g_new0 (MariaReplicas, 1);

  self->primary = primary;
  self->hosts = url->replicas;
  self->sessions = g_new0 (SqlConnection *, url->replicas->len + 1);
  return self;
}

void
maria_replicas_free (MariaReplicas *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->hosts->len; i++)
    mariadb_connection_close (self->sessions[i]);
  g_free (self->sessions);
  g_free (self);
}

/* Positions --------------------------------------------------------------------- */

guint64
maria_gtid_number (const char *list, const char *domain)
{
  g_auto (GStrv) ids = g_strsplit (list, ",", -1);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (g_strstrip (ids[i]), "-", 3);
      if (g_strv_length (parts) == 3 && g_str_equal (parts[0], domain))
        return g_ascii_strtoull (parts[2], NULL, 10);
    }
  return 0;
}

/* Asking ------------------------------------------------------------------------ */

/* Of several primaries the one that it is furthest behind of; -1: it does not know, or
 * does not say. */
static gint64
find_lag_ms (SqlConnection *session)
{
  g_autoptr (MariadbResult) result
      = mariadb_query (session, "SHOW ALL SLAVES STATUS", NULL);
  gint64 most_ms = -1;
  guint column;

  if (result == NULL || !mariadb_find_column (result, "Seconds_Behind_Master", &column))
    return -1;
  for (guint i = 0; i < mariadb_n_rows (result); i++)
    {
      const char *seconds = mariadb_cell (result, i, column);
      if (seconds != NULL)
        most_ms = MAX (most_ms, g_ascii_strtoll (seconds, NULL, 10) * 1000);
    }
  return most_ms;
}

static gboolean
check_follows (const MariaOrigin *origin, const char *server_id, GError **error)
{
  const char *why = NULL;

  if (!origin->is_logging)
    why = "the server has no binary log that it could follow";
  else if (g_str_equal (server_id, origin->server_id))
    why = "it is the server itself, or has its server_id";
  if (why != NULL)
    g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_CONNECT, why);
  return why == NULL;
}

static gboolean
ask_session (SqlConnection *session, const MariaOrigin *origin, SqlReplica *replica,
             GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (
      session, "SELECT @@global.server_id, @@global.gtid_slave_pos", error);

  if (result == NULL)
    return FALSE;
  if (!check_follows (origin, mariadb_cell (result, 0, 0), error))
    return FALSE;
  replica->position = maria_gtid_number (mariadb_cell (result, 0, 1), origin->domain);
  replica->lag_ms = find_lag_ms (session);
  return TRUE;
}

/* One that was lost is opened again the next time. */
static gboolean
ask (MariaReplicas *self, guint i, const MariaOrigin *origin, SqlReplica *replica,
     GError **error)
{
  if (self->sessions[i] == NULL)
    self->sessions[i]
        = mariadb_connection_beside (self->primary, self->hosts->pdata[i], error);
  if (self->sessions[i] == NULL)
    return FALSE;
  if (ask_session (self->sessions[i], origin, replica, error))
    return TRUE;
  g_clear_pointer (&self->sessions[i], mariadb_connection_close);
  return FALSE;
}

const SqlReplica *
maria_replicas_ask (MariaReplicas *self, const MariaOrigin *origin, guint *n,
                    Arena *arena)
{
  *n = self->hosts->len;
  SqlReplica *list = arena_new_array (arena, SqlReplica, *n + 1);

  for (guint i = 0; i < *n; i++)
    {
      const MariadbHost *host = self->hosts->pdata[i];
      g_autoptr (GError) problem = NULL;
      list[i] = (SqlReplica){ .name = arena_strdup (arena, host->text), .lag_ms = -1 };
      if (!ask (self, i, origin, &list[i], &problem))
        list[i].problem = arena_strdup (arena, problem->message);
    }
  return list;
}
