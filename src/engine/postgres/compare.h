/* SPDX-License-Identifier: Apache-2.0
 *
 * Compare: a live table against the declared one.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "model/database.h"

/* See SqlEngine.compare. */
gboolean pg_compare (SqlConnection *connection, const Database *shape, gboolean exact,
                     GPtrArray *differences, GError **error);
