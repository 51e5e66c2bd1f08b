/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM004-too-many-steps: counts what the user wrote, not what it expands to.
 */
#include "config.h"

#include "safety/context.h"

#define MAX_STEPS 10

void
rule_too_many_steps (const SafetyContext *context)
{
  const Migration *migration = context->migration;
  guint n = migration->has_steps ? migration->steps->len : migration->changes->len;

  if (n > MAX_STEPS)
    safety_report (context, migration->location,
                   "Migration has %u %s, more than %u: consider splitting it", n,
                   migration->has_steps ? "steps" : "changes", MAX_STEPS);
}
