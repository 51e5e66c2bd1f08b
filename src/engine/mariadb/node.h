/* SPDX-License-Identifier: Apache-2.0
 *
 * Node: what a node of a Galera cluster does not take, as its others write at the same
 * time: locks of a session, and what triggers read, reach this node alone, and whoever
 * writes waits on all nodes while a definition changes.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"

/* See SqlEngine.admit. */
gboolean maria_node_admit (SqlConnection *connection, const Action *action,
                           GError **error);

/* @may_block: `allow_blocking: true`.  ZDM_ERROR_UNSAFE with the way out */
gboolean maria_node_admit_change (SqlConnection *connection, const MariaChange *change,
                                  gboolean may_block, GError **error);
