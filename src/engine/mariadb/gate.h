/* SPDX-License-Identifier: Apache-2.0
 *
 * Gate: the rows that are out of step, counted before anything is taken away.
 */
#pragma once

#include "engine/mariadb/detail.h"
#include "engine/sql/sql_engine.h"

/* ZDM_ERROR_GATE names the first row. */
gboolean maria_gate_check (SqlConnection *connection, const MariaDetail *detail,
                           GError **error);
