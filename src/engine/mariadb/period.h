/* SPDX-License-Identifier: Apache-2.0
 *
 * Period: two columns that are one span of time to the server, `PERIOD FOR p (a, b)`,
 * which keeps both as they are and shows it as a check of that name.
 */
#pragma once

#include "engine/mariadb/connection.h"

/* Whether no column that the action changes is in one: ZDM_ERROR_UNSAFE with its name. */
gboolean maria_period_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                             GError **error);
