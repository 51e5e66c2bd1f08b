/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM011-changed-default: an expand that old writers notice.  Raw SQL is ZDM314's.
 */
#include "config.h"

#include "safety/step_facts.h"

static gboolean
is_added_here (const SafetyContext *context, const Effect *effect)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    if (step_adds (migration_plan_step (context->plan, i), effect->table, effect->column))
      return TRUE;
  return effect->new_table;
}

void
rule_changed_default (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if ((effect->kind == EFFECT_SET_DEFAULT || effect->kind == EFFECT_DROP_DEFAULT)
          && effect->origin == EFFECT_OF_OPERATION && step_is_by_hand (effect->step)
          && effect->phase < MIGRATION_PHASE_CONTRACTING
          && !is_added_here (context, effect))
        safety_report_effect (
            context, effect,
            "Step %u changes the default of '%s' of '%s' while old clients rely on it",
            effect->step->index, effect->column, effect->table);
    }
}
