/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM001-no-steps: a migration that does nothing.
 */
#include "config.h"

#include "safety/context.h"

void
rule_no_steps (const SafetyContext *context)
{
  if (migration_plan_n_steps (context->plan) == 0)
    safety_report (context, context->migration->location, "Migration has no steps");
}
