/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about columns: dropped, renamed, added, made NOT NULL.
 */
#include "config.h"

#include "safety/judges.h"

#define ADDS_COLUMN EFFECT_BIT (EFFECT_ADD_COLUMN)

/* The same file has added it: no client has ever seen it. */
static gboolean
is_new_column (const SafetyContext *context, guint index)
{
  return judge_find_before (context, index, ADDS_COLUMN, judge_same_column) != NULL;
}

EFFECT_JUDGE (rule_drop_column)
{
  (void) effect;
  return !is_new_column (context, index);
}

/* What the old name stands for again, perhaps as a generated column. */
EFFECT_JUDGE (rule_rename_column)
{
  (void) effect;
  return !is_new_column (context, index)
         && judge_find_after (context, index, ADDS_COLUMN, judge_same_column) == NULL;
}

/* Before version 11 PostgreSQL wrote every default into every row. */
EFFECT_JUDGE (rule_volatile_default)
{
  (void) index;
  if (effect->identity || effect->stored_generated)
    return FALSE; /* rules of their own */
  if (effect->default_volatility == DEFAULT_IS_VOLATILE)
    return TRUE;
  return effect->default_volatility == DEFAULT_IS_CONSTANT
         && judge_speaks_of (context, effect, TARGET_POSTGRES, 0)
         && !judge_speaks_of (context, effect, TARGET_POSTGRES,
                              TARGET_VERSION (11, 0, 0));
}

EFFECT_JUDGE (rule_generated_column)
{
  (void) context, (void) index;
  return effect->stored_generated;
}

EFFECT_JUDGE (rule_numbered_column)
{
  (void) context, (void) index;
  return effect->identity || effect->serial;
}

EFFECT_JUDGE (judge_required_column)
{
  (void) context, (void) index;
  return (effect->not_null || effect->primary_key)
         && effect->default_volatility == DEFAULT_IS_ABSENT && !effect->identity
         && !effect->serial && !effect->stored_generated;
}

/* NOT NULL -------------------------------------------------------------------- */

/* CHECK (column IS NOT NULL), or a NOT NULL constraint with a name. */
static gboolean
is_not_null_check (const Effect *candidate, const Effect *effect)
{
  if (!judge_same_table (candidate, effect))
    return FALSE;
  return (candidate->constraint == CONSTRAINT_NOT_NULL || candidate->not_null)
         && judge_same_name (candidate->column, effect->column);
}

/* The chain ADD CHECK … NOT VALID, VALIDATE, both before the effect at @index. */
static gboolean
is_proven_by_check (const SafetyContext *context, guint index)
{
  const Effect *check = judge_find_before (
      context, index, EFFECT_BIT (EFFECT_ADD_CONSTRAINT), is_not_null_check);

  if (check == NULL)
    return FALSE;
  for (guint i = 0; check->not_valid && i < index; i++)
    {
      const Effect *effect = judge_effect (context, i);
      if (effect->kind == EFFECT_VALIDATE_CONSTRAINT
          && judge_same_constraint (effect, check))
        return TRUE;
    }
  return !check->not_valid;
}

/* From version 12 on PostgreSQL takes a valid CHECK as proof and does not scan. */
EFFECT_JUDGE (rule_set_not_null)
{
  gboolean can_prove
      = judge_speaks_of (context, effect, TARGET_POSTGRES, TARGET_VERSION (12, 0, 0));
  const History *history = context->options->history;

  if (is_new_column (context, index)
      && judge_find_before (context, index, ADDS_COLUMN, judge_same_column)->primary_key)
    return FALSE;
  return !can_prove
         || !(
             is_proven_by_check (context, index)
             || (history != NULL
                 && history_has_not_null_check (history, effect->table, effect->column)));
}

/* Undoing what this file has done, or what it is about to do another way. */
EFFECT_JUDGE (rule_drop_not_null)
{
  (void) effect;
  return !is_new_column (context, index);
}

/* Defaults and references ----------------------------------------------------- */

/* The safe recipe for a volatile default adds the column first and sets it then. */
EFFECT_JUDGE (judge_changed_default)
{
  (void) effect;
  return !is_new_column (context, index);
}

/* MariaDB heeds them from 10.5 on, MySQL from 9.0 on. */
EFFECT_JUDGE (rule_inline_references)
{
  (void) index;
  return effect->references_table != NULL
         && ((judge_speaks_of (context, effect, TARGET_MYSQL, 0)
              && !judge_speaks_of (context, effect, TARGET_MYSQL,
                                   TARGET_VERSION (9, 0, 0)))
             || (judge_speaks_of (context, effect, TARGET_MARIADB, 0)
                 && !judge_speaks_of (context, effect, TARGET_MARIADB,
                                      TARGET_VERSION (10, 5, 0))));
}
