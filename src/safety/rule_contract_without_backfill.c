/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM005-contract-without-backfill: values are dropped that nothing has copied.
 */
#include "config.h"

#include "safety/context.h"

static gboolean
drops_values (const SafetyContext *context, const MigrationStep *step)
{
  OperationKind kind = step->operation->kind;

  return step->phase == MIGRATION_PHASE_CONTRACTING
         && (kind == OPERATION_SWAP_COLUMN
             || (kind == OPERATION_DROP_COLUMN
                 && !safety_history_expands (context, step->operation->table,
                                             step->operation->drop_column.columns[0])));
}

/* Without an expanding step ZDM002 says it already, and worse. */
void
rule_contract_without_backfill (const SafetyContext *context)
{
  const MigrationPlan *plan = context->plan;

  if (plan->from_changes || safety_plan_fills_something (plan)
      || !migration_plan_has_phase (plan, MIGRATION_PHASE_EXPANDING))
    return;
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (drops_values (context, step))
        safety_report_step (
            context, step,
            "Contracting without a backfill: step %u, \"%s\", drops values "
            "that no step has copied",
            step->index, step->description);
    }
}
