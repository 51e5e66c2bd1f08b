/* SPDX-License-Identifier: Apache-2.0
 *
 * The planner: changes → phased steps.
 *
 * It applies each step in turn to the declared shape, so that what cannot work is found
 * before anything runs.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"

/**
 * planner_plan:
 * @diagnostics: gets every finding, with its place
 *
 * Returns: (nullable) (transfer full): the plan, which borrows from @migration; NULL
 *   when there was an error
 */
MigrationPlan *planner_plan (const Migration *migration, DiagnosticList *diagnostics);
