/* SPDX-License-Identifier: Apache-2.0
 *
 * What a server says that the actions of a plan cost, beside what the plan says.
 */
#pragma once

#include "engine/sql/action_plan.h"

/**
 * server_answers_ask:
 * @actions: get their answers
 * @diagnostics: gets a warning for each action that costs more than the plan says, and
 *   what a run would refuse to begin for, unless the database knows a run of it
 * @error: ZDM_ERROR_CONNECT when the database cannot be opened
 *
 * Returns: (nullable): why the server could not be asked, in @arena; or NULL
 */
const char *server_answers_ask (const char *url, const ActionPlan *actions,
                                DiagnosticList *diagnostics, Arena *arena,
                                GError **error);
