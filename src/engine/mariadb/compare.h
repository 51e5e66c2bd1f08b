/* SPDX-License-Identifier: Apache-2.0
 *
 * Compare: in what live tables differ from declared ones.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/database.h"

/* See SqlEngine.compare. */
gboolean maria_compare (SqlConnection *connection, const Database *shape, gboolean exact,
                        GPtrArray *differences, GError **error);
