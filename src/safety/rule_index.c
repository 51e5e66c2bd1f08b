/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about indexes.
 */
#include "config.h"

#include "safety/judges.h"

/* A unique index may have as many columns as the fact it states. */
#define MAX_INDEX_COLUMNS 3

EFFECT_JUDGE (rule_not_concurrent)
{
  (void) context, (void) index;
  return !effect->concurrent;
}

EFFECT_JUDGE (rule_reindex)
{
  (void) index;
  return !effect->concurrent
         && judge_speaks_of (context, effect, TARGET_POSTGRES, TARGET_VERSION (12, 0, 0));
}

EFFECT_JUDGE (rule_concurrently_in_transaction)
{
  (void) context, (void) index;
  return effect->concurrent && effect->in_transaction;
}

/* 14.0 to 14.3; a bare "14" does not say which. */
EFFECT_JUDGE (rule_concurrently_corrupts)
{
  guint version = target_version (&context->options->target, TARGET_POSTGRES);

  (void) index;
  return effect->concurrent && version > TARGET_VERSION (14, 0, 0)
         && version < TARGET_VERSION (14, 4, 0);
}

EFFECT_JUDGE (rule_wide_index)
{
  const Project *project = context->options->project;
  guint limit = project != NULL && project->max_index_columns != 0
                    ? project->max_index_columns
                    : MAX_INDEX_COLUMNS;

  (void) index;
  return !effect->unique && effect->n_columns > limit;
}
