/* SPDX-License-Identifier: Apache-2.0
 *
 * Remarks: what a run does not look after, and people have to.
 */
#pragma once

#include "engine/mariadb/connection.h"

/* See SqlEngine.remark_back. */
gboolean maria_remark_back (SqlConnection *connection, const Action *action,
                            const Database *end, GPtrArray *remarks, GError **error);

/* See SqlEngine.remark. */
gboolean maria_remark (SqlConnection *connection, const Action *action,
                       GPtrArray *remarks, GError **error);
