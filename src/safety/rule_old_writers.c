/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM010-required-column and ZDM011-changed-default: an expand that old writers notice.
 */
#include "config.h"

#include "safety/step_facts.h"

void
rule_required_column (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (effect->kind == EFFECT_ADD_COLUMN && step_is_by_hand (effect->step)
          && effect->not_null && effect->default_volatility == DEFAULT_IS_ABSENT
          && !effect->identity && !effect->stored_generated && !effect->new_table)
        safety_report_effect (
            context, effect,
            "'%s' of '%s' is NOT NULL without a default: old clients do not give it",
            effect->column, effect->table);
    }
}

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
          && step_is_by_hand (effect->step) && effect->phase < MIGRATION_PHASE_CONTRACTING
          && !is_added_here (context, effect))
        safety_report_effect (
            context, effect,
            "Step %u changes the default of '%s' of '%s' while old clients rely on it",
            effect->step->index, effect->column, effect->table);
    }
}
