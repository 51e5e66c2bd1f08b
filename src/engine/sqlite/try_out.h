/* SPDX-License-Identifier: Apache-2.0
 *
 * TryOut: all actions of a plan on an empty copy of the live schema, in memory: what the
 * user's own views, indexes and triggers would refuse is known before anything is
 * touched.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* See SqlEngine.try_out. */
gboolean sqlite_try_out (SqlConnection *connection, const Database *start,
                         const GPtrArray *actions, const Action **at, GError **error);
