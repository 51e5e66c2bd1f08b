/* SPDX-License-Identifier: Apache-2.0
 *
 * A column's default, changed while all else of it stays.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"

/* That of MariaDetail.column; where it gives_default, the one of the start, which the
 * file need not have declared.  ZDM_ERROR_GATE when what that reads is gone */
gboolean maria_change_default (SqlConnection *connection, const MariaDetail *detail,
                               const char *definitions, GError **error);
