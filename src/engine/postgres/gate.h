/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate before contract: no row may be out of step.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "engine/postgres/detail.h"

/* ZDM_ERROR_GATE names the first row that is out of step. */
gboolean pg_gate_check (SqlConnection *connection, const PgDetail *detail,
                        GError **error);
