/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM004-too-many-steps: counts what the user wrote, not what it expands to.
 */
#include "config.h"

#include "safety/context.h"

#define MAX_STEPS 10 /* where the project says nothing */

void
rule_too_many_steps (const SafetyContext *context)
{
  const Migration *migration = context->migration;
  const Project *project = context->options->project;
  guint max = project != NULL && project->max_steps > 0 ? project->max_steps : MAX_STEPS;
  guint n = migration->has_steps ? migration->steps->len : migration->changes->len;

  if (n > max)
    safety_report (context, migration->location,
                   "Migration has %u %s, more than %u: consider splitting it", n,
                   migration->has_steps ? "steps" : "changes", max);
}
