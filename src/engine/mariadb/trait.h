/* SPDX-License-Identifier: Apache-2.0
 *
 * Traits: what a live table is by which MariaDB cannot change it as it changes others.
 */
#pragma once

#include "engine/mariadb/connection.h"

/* Whether the table has none that stands in the way of the action number @i of the plan,
 * as far as that is known before it runs: ZDM_ERROR_UNSAFE with the way out. */
gboolean maria_traits_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                             GError **error);
