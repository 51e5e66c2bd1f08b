/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM037-engine-too-old: an effect that the named version of an engine does not have, or
 * only has by stopping the table.
 */
#include "config.h"

#include "safety/step_facts.h"

typedef struct
{
  EffectKind kind;
  TargetEngine engine;
  guint version; /* the first one that has it */
  const char *shown;
  const char *what;
  gboolean (*applies) (const Effect *effect); /* or NULL: always */
} Need;

static gboolean
has_identity (const Effect *effect)
{
  return effect->identity && !effect->serial;
}

static gboolean
has_default (const Effect *effect)
{
  return effect->default_volatility == DEFAULT_IS_CONSTANT && !effect->new_table;
}

static gboolean
is_generated (const Effect *effect)
{
  return effect->stored_generated;
}

static gboolean
is_uuid (const Effect *effect)
{
  return effect->type != NULL && effect->type->base == COLUMN_TYPE_UUID;
}

static gboolean
is_check (const Effect *effect)
{
  return effect->constraint == CONSTRAINT_CHECK;
}

static gboolean
is_concurrent (const Effect *effect)
{
  return effect->concurrent;
}

static const Need NEEDS[] = {
  { EFFECT_DROP_COLUMN, TARGET_SQLITE, TARGET_VERSION (3, 35, 0), "3.35", "DROP COLUMN",
    NULL },
  { EFFECT_RENAME_COLUMN, TARGET_SQLITE, TARGET_VERSION (3, 25, 0), "3.25",
    "RENAME COLUMN", NULL },
  { EFFECT_ADD_COLUMN, TARGET_SQLITE, TARGET_VERSION (3, 31, 0), "3.31",
    "generated columns", is_generated },
  { EFFECT_ADD_COLUMN, TARGET_POSTGRES, TARGET_VERSION (10, 0, 0), "10",
    "identity columns", has_identity },
  { EFFECT_ADD_COLUMN, TARGET_POSTGRES, TARGET_VERSION (11, 0, 0), "11",
    "a default without a rewrite of the table", has_default },
  { EFFECT_ADD_COLUMN, TARGET_POSTGRES, TARGET_VERSION (12, 0, 0), "12",
    "generated columns", is_generated },
  { EFFECT_SET_NOT_NULL, TARGET_POSTGRES, TARGET_VERSION (12, 0, 0), "12",
    "SET NOT NULL that trusts a validated check", NULL },
  { EFFECT_REINDEX, TARGET_POSTGRES, TARGET_VERSION (12, 0, 0), "12",
    "REINDEX CONCURRENTLY", is_concurrent },
  { EFFECT_DETACH_PARTITION, TARGET_POSTGRES, TARGET_VERSION (14, 0, 0), "14",
    "DETACH PARTITION CONCURRENTLY", is_concurrent },
  { EFFECT_RENAME_COLUMN, TARGET_MARIADB, TARGET_VERSION (10, 5, 2), "10.5.2",
    "RENAME COLUMN", NULL },
  { EFFECT_ADD_CONSTRAINT, TARGET_MARIADB, TARGET_VERSION (10, 2, 1), "10.2.1",
    "CHECK that is enforced", is_check },
  { EFFECT_ADD_COLUMN, TARGET_MARIADB, TARGET_VERSION (10, 7, 0), "10.7", "the type UUID",
    is_uuid },
  { EFFECT_RENAME_COLUMN, TARGET_MYSQL, TARGET_VERSION (8, 0, 0), "8.0", "RENAME COLUMN",
    NULL },
  { EFFECT_ADD_CONSTRAINT, TARGET_MYSQL, TARGET_VERSION (8, 0, 16), "8.0.16",
    "CHECK that is enforced", is_check },
};

static void
check_need (const SafetyContext *context, const Effect *effect, const Need *need)
{
  if (effect->kind != need->kind || (effect->engines & need->engine) == 0
      || target_version (&context->options->target, need->engine) >= need->version
      || (need->applies != NULL && !need->applies (effect)))
    return;
  if (effect->column != NULL)
    safety_report_effect (context, effect, "'%s' of '%s': %s has %s from %s on",
                          effect->column, effect->table,
                          target_engine_name (need->engine), need->what, need->shown);
  else
    safety_report_effect (context, effect, "'%s': %s has %s from %s on",
                          effect->table != NULL ? effect->table : "?",
                          target_engine_name (need->engine), need->what, need->shown);
}

void
rule_engine_too_old (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (NEEDS); j++)
      check_need (context, context->effects->pdata[i], &NEEDS[j]);
}
