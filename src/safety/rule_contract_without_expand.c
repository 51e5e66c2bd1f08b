/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM002-contract-without-expand: a hand-written step destroys, and nothing expands.
 */
#include "config.h"

#include "safety/context.h"

/* An earlier file has put the new shape in place. */
static gboolean
is_second_half (const SafetyContext *context, const MigrationStep *step)
{
  return step->operation->kind == OPERATION_DROP_COLUMN
         && safety_history_expands (context, step->operation->table,
                                    step->operation->drop_column.columns[0]);
}

void
rule_contract_without_expand (const SafetyContext *context)
{
  if (context->plan->from_changes
      || migration_plan_has_phase (context->plan, MIGRATION_PHASE_EXPANDING))
    return;
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (step->phase == MIGRATION_PHASE_CONTRACTING && safety_step_destroys (step)
          && !is_second_half (context, step))
        safety_report_step (
            context, step,
            "Contracting without expanding: data loss risk in step %u, \"%s\"",
            step->index, step->description);
    }
}
