/* SPDX-License-Identifier: Apache-2.0
 *
 * Start check: whether a database is what the file of a migration declares.
 */
#pragma once

#include "engine/sql/action_plan.h"

/**
 * start_check:
 * @differences: gets one sentence (char *) for each thing that is not, as
 *   SqlEngine.compare() gives them, and for each default that the migration is to take
 *   away and the file does not declare: it could not come back
 */
gboolean start_check (SqlConnection *connection, const ActionPlan *actions,
                      GPtrArray *differences, GError **error);
