/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM003-phase-order: every step belongs after those of earlier phases.
 */
#include "config.h"

#include "safety/context.h"

static void
report_order (const SafetyContext *context, const MigrationStep *step,
              const MigrationStep *latest)
{
  safety_report_step (
      context, step, "Step %u (%s, \"%s\") stands after step %u (%s, \"%s\")",
      step->index, migration_phase_to_word (step->phase), step->description,
      latest->index, migration_phase_to_word (latest->phase), latest->description);
}

void
rule_phase_order (const SafetyContext *context)
{
  const MigrationStep *latest = NULL;

  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (latest != NULL && step->phase < latest->phase)
        report_order (context, step, latest);
      else
        latest = step;
    }
}
