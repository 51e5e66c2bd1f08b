/* SPDX-License-Identifier: Apache-2.0
 *
 * Remarks: what a user is told before a way back begins.
 */
#pragma once

#include "engine/postgres/connection.h"

/* See SqlEngine.remark_back. */
gboolean pg_remark_back (SqlConnection *connection, const Action *action,
                         const Database *end, GPtrArray *remarks, GError **error);
