/* SPDX-License-Identifier: Apache-2.0
 *
 * Asking the server what actions cost: each is done on empty copies of the tables, which
 * are temporary and go with their transaction.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* See SqlEngine.classify. */
gboolean postgres_classify (SqlConnection *connection, const Database *start,
                            const GPtrArray *actions, Arena *arena, GError **error);
