/* SPDX-License-Identifier: Apache-2.0
 *
 * Retype: columns that foreign keys bind to each other get another type, all at once.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"

/* While nobody else sees the tables; what has been done by a run that was killed is not
 * done again. */
gboolean maria_retype (SqlConnection *connection, const MariaRetype *retype,
                       GError **error);
