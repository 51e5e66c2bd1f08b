/* SPDX-License-Identifier: Apache-2.0
 *
 * Load: how far the replicas of a server are, and how many sessions are at work.
 */
#pragma once

#include "engine/mariadb/connection.h"

gboolean maria_load_look (SqlConnection *connection, Arena *arena, SqlLoad *load,
                          GError **error);
