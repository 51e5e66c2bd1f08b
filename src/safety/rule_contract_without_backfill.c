/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM005-contract-without-backfill: values are dropped that nothing has copied.
 */
#include "config.h"

#include "safety/context.h"

static gboolean
fills_something (const MigrationStep *step)
{
  switch (step->operation->kind)
    {
    case OPERATION_BACKFILL:
    case OPERATION_COPY_ROWS:
    case OPERATION_UPDATE_ROWS:
      return TRUE;
    case OPERATION_SQL: /* opaque: it may well be the backfill */
      return step->phase == MIGRATION_PHASE_MIGRATING;
    default:
      return FALSE;
    }
}

static gboolean
plan_fills_something (const MigrationPlan *plan)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    if (fills_something (migration_plan_step (plan, i)))
      return TRUE;
  return FALSE;
}

/* Without an expanding step ZDM002 says it already, and worse. */
void
rule_contract_without_backfill (const SafetyContext *context)
{
  const MigrationPlan *plan = context->plan;

  if (plan->from_changes || plan_fills_something (plan)
      || !migration_plan_has_phase (plan, MIGRATION_PHASE_EXPANDING))
    return;
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      OperationKind kind = step->operation->kind;
      if (step->phase == MIGRATION_PHASE_CONTRACTING
          && (kind == OPERATION_DROP_COLUMN || kind == OPERATION_SWAP_COLUMN))
        safety_report_step (
            context, step,
            "Contracting without a backfill: step %u, \"%s\", drops values "
            "that no step has copied",
            step->index, step->description);
    }
}
