/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about whole tables and schemas.
 */
#include "config.h"

#include "safety/judges.h"

/* "DROP TABLE IF EXISTS t; CREATE TABLE t": what `create_table force: true` writes. */
EFFECT_JUDGE (rule_drop_then_create_table)
{
  (void) effect;
  return judge_find_after (context, index, EFFECT_BIT (EFFECT_CREATE_TABLE),
                           judge_same_table)
         != NULL;
}

EFFECT_JUDGE (rule_truncate_cascade)
{
  (void) context, (void) index;
  return effect->cascade;
}

/* A view or table of the old name that a later statement makes. */
static gboolean
gives_name_back (const Effect *candidate, const Effect *effect)
{
  if (candidate->kind == EFFECT_CREATE_TABLE)
    return judge_same_table (candidate, effect);
  return judge_text_has (candidate->sql, "view")
         && judge_text_has (candidate->sql, effect->table);
}

static gboolean
has_alias_step (const MigrationPlan *plan, const Effect *effect)
{
  for (guint i = 0; plan != NULL && i < migration_plan_n_steps (plan); i++)
    {
      const Operation *operation = migration_plan_step (plan, i)->operation;
      if (operation->kind == OPERATION_ALIAS_TABLE
          && judge_same_name (operation->table, effect->table))
        return TRUE;
    }
  return FALSE;
}

EFFECT_JUDGE (rule_rename_table)
{
  if (effect->origin == EFFECT_OF_OPERATION)
    return !has_alias_step (context->plan, effect);
  g_autofree char *name
      = g_ascii_strdown (effect->table != NULL ? effect->table : "", -1);
  Effect old = *effect;
  old.table = name;
  for (guint i = index + 1; i < context->effects->len; i++)
    {
      const Effect *later = judge_effect (context, i);
      if ((later->kind == EFFECT_CREATE_TABLE || later->kind == EFFECT_OTHER)
          && gives_name_back (later, &old))
        return FALSE;
    }
  return TRUE;
}

/* A valid CHECK lets the server take the rows' bounds as proven. */
static gboolean
is_valid_check (const Effect *candidate, const Effect *effect)
{
  if (!judge_same_name (candidate->table, effect->object))
    return FALSE;
  return candidate->kind == EFFECT_VALIDATE_CONSTRAINT
         || (candidate->constraint == CONSTRAINT_CHECK && !candidate->exclusion
             && !candidate->not_valid);
}

EFFECT_JUDGE (rule_attach_partition)
{
  (void) effect;
  return judge_find_before (context, index,
                            EFFECT_BIT (EFFECT_ADD_CONSTRAINT)
                                | EFFECT_BIT (EFFECT_VALIDATE_CONSTRAINT),
                            is_valid_check)
         == NULL;
}

EFFECT_JUDGE (rule_detach_partition)
{
  (void) index;
  return !effect->concurrent
         && judge_speaks_of (context, effect, TARGET_POSTGRES, TARGET_VERSION (14, 0, 0));
}

EFFECT_JUDGE (rule_cluster)
{
  (void) context, (void) index;
  return effect->kind == EFFECT_CLUSTER || effect->full;
}

EFFECT_JUDGE (rule_update_all_rows)
{
  (void) context, (void) index;
  return !effect->has_where;
}
