/* SPDX-License-Identifier: Apache-2.0
 *
 * MariaReplicas: the replicas that the URL of a server names, each asked over a session
 * of its own how far it is.
 *
 * A primary does not know that.  A replica tells it by the number of the last transaction
 * that it has done: the server numbers those of a domain as they come, with GTIDs used
 * for replication or not.
 */
#pragma once

#include "engine/mariadb/connection.h"

/* @primary, @url: borrowed */
MariaReplicas *maria_replicas_new (SqlConnection *primary, const MariadbUrl *url);
void maria_replicas_free (MariaReplicas *self); /* or NULL */

/* Where the primary is. */
typedef struct
{
  const char *server_id;
  const char *domain; /* its number, as text */
  gboolean is_logging;
} MariaOrigin;

/* Asks all of them, in @arena.  @n: gets their number */
const SqlReplica *maria_replicas_ask (MariaReplicas *self, const MariaOrigin *origin,
                                      guint *n, Arena *arena);

/* The number of the last transaction of @domain in "0-1-1234,1-2-50"; 0: none */
guint64 maria_gtid_number (const char *list, const char *domain);
