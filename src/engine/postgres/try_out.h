/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a plan cannot work on the live tables, known before anything is touched.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* Looks for what is bound to the columns and tables that go or change their type; nothing
 * is written.  ZDM_ERROR_DRIFT names it.  See
 * SqlEngine.try_out. */
gboolean postgres_try_out (SqlConnection *connection, const Database *start,
                           const GPtrArray *actions, const Action **at, GError **error);
