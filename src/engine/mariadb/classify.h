/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the server what actions cost: each is done on empty copies of the tables, in a
 * database made for that and dropped again.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* See SqlEngine.classify. */
gboolean mariadb_classify (SqlConnection *connection, const Database *start,
                           const GPtrArray *actions, Arena *arena, GError **error);
