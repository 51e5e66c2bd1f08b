/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM008-destructive-too-early, ZDM009-narrowing-too-early and
 * ZDM012-bound-before-backfill: what belongs after the contract line, before it.
 */
#include "config.h"

#include "safety/step_facts.h"

/* Old clients are there while a migration expands and migrates. */
static gboolean
is_too_early (const Effect *effect)
{
  return (effect->phase == MIGRATION_PHASE_EXPANDING
          || effect->phase == MIGRATION_PHASE_MIGRATING)
         && step_is_by_hand (effect->step);
}

/* Whether the file itself has made the column or the table: no old client knows it. */
static gboolean
is_new (const SafetyContext *context, const Effect *effect)
{
  if (effect->new_table)
    return TRUE;
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *earlier = context->effects->pdata[i];
      if (earlier == effect)
        return FALSE;
      if (effect->column != NULL && earlier->kind == EFFECT_ADD_COLUMN
          && g_strcmp0 (earlier->table, effect->table) == 0
          && g_strcmp0 (earlier->column, effect->column) == 0)
        return TRUE;
    }
  return FALSE;
}

/* ZDM008 ------------------------------------------------------------------------- */

static gboolean
takes_away (EffectKind kind)
{
  switch (kind)
    {
    case EFFECT_DROP_COLUMN:
    case EFFECT_DROP_TABLE:
    case EFFECT_DROP_SCHEMA:
    case EFFECT_RENAME_COLUMN:
    case EFFECT_RENAME_TABLE:
    case EFFECT_RENAME_SCHEMA:
    case EFFECT_RENAME_ENUM_VALUE:
    case EFFECT_TRUNCATE:
      return TRUE;
    default:
      return FALSE;
    }
}

/* "column 'a' of 't'", "table 't'" */
static char *
objects_of (const Effect *effect)
{
  if (effect->column != NULL)
    return g_strdup_printf ("'%s' of '%s'", effect->column,
                            effect->table != NULL ? effect->table : "?");
  if (effect->object != NULL && effect->table != NULL)
    return g_strdup_printf ("'%s' of '%s'", effect->object, effect->table);
  return g_strdup_printf ("'%s'", effect->table != NULL    ? effect->table
                                  : effect->object != NULL ? effect->object
                                                           : "?");
}

static const char *
verb_of (const Effect *effect)
{
  return effect->kind == EFFECT_CREATE_INDEX && effect->unique
             ? "create unique index"
             : effect_kind_to_string (effect->kind);
}

/* Of raw SQL the rules from ZDM100 on speak, each of one kind; TRUNCATE has none there.
 */
static gboolean
is_said_of_sql (const Effect *effect)
{
  return effect->origin == EFFECT_OF_SQL && effect->kind != EFFECT_TRUNCATE;
}

void
rule_destructive_too_early (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (!takes_away (effect->kind) || is_said_of_sql (effect) || !is_too_early (effect)
          || is_new (context, effect))
        continue;
      g_autofree char *objects = objects_of (effect);
      safety_report_effect (
          context, effect,
          "Step %u is %s and does \"%s\" to %s, which old clients still use",
          effect->step->index, migration_phase_to_word (effect->phase),
          effect_kind_to_string (effect->kind), objects);
    }
}

/* ZDM012 ------------------------------------------------------------------------- */

static gboolean
binds (const Effect *effect)
{
  switch (effect->kind)
    {
    case EFFECT_SET_NOT_NULL:
    case EFFECT_VALIDATE_CONSTRAINT:
      return TRUE;
    case EFFECT_ADD_CONSTRAINT:
      return effect->origin == EFFECT_OF_OPERATION || !effect->not_valid;
    case EFFECT_CREATE_INDEX:
      return effect->unique;
    default:
      return FALSE;
    }
}

static gboolean
fills_table (const MigrationStep *step, const char *table)
{
  OperationKind kind = step->operation->kind;

  return (kind == OPERATION_BACKFILL || kind == OPERATION_REPAIR
          || kind == OPERATION_UPDATE_ROWS)
         && g_strcmp0 (step->operation->table, table) == 0;
}

/* The step that fills what the effect binds, after it; or NULL. */
static const MigrationStep *
late_fill (const SafetyContext *context, const Effect *effect)
{
  guint after = effect->step->index; /* that of the next step, from 0 */

  if (effect->table == NULL)
    return NULL;
  if (effect->column != NULL)
    return plan_fill_from (context->plan, after, effect->table, effect->column);
  for (guint i = after; i < migration_plan_n_steps (context->plan); i++)
    if (fills_table (migration_plan_step (context->plan, i), effect->table))
      return migration_plan_step (context->plan, i);
  return NULL;
}

static const MigrationStep *
bound_before (const SafetyContext *context, const Effect *effect)
{
  return binds (effect) && step_is_by_hand (effect->step) && !effect->new_table
             ? late_fill (context, effect)
             : NULL;
}

void
rule_bound_before_backfill (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      const MigrationStep *fill = bound_before (context, effect);
      if (fill == NULL)
        continue;
      g_autofree char *objects = objects_of (effect);
      safety_report_effect (
          context, effect,
          "Step %u does \"%s\" to %s, and only step %u, \"%s\", fills it",
          effect->step->index, effect_kind_to_string (effect->kind), objects, fill->index,
          fill->description);
    }
}

/* ZDM009 ------------------------------------------------------------------------- */

/* Whatever fits into four bytes fits into eight. */
static gboolean
takes_all_numbers (const TypeSpec *old, const TypeSpec *new)
{
  return old->base == COLUMN_TYPE_INTEGER && new->base == COLUMN_TYPE_BIGINT;
}

static gboolean
narrows (const SafetyContext *context, const Effect *effect)
{
  switch (effect->kind)
    {
    case EFFECT_SET_NOT_NULL:
      return TRUE;
    case EFFECT_ALTER_TYPE:
      return effect->type != NULL && effect->old_type != NULL
             && !type_spec_equal (effect->old_type, effect->type)
             && !type_widens (effect->old_type, effect->type)
             && !takes_all_numbers (effect->old_type, effect->type)
             && !is_new (context, effect);
    case EFFECT_ADD_CONSTRAINT:
    case EFFECT_CREATE_INDEX:
      return binds (effect) && !is_new (context, effect);
    default:
      return FALSE;
    }
}

/* Where a backfill comes later, ZDM012 says what is worse. */
void
rule_narrowing_too_early (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (!is_too_early (effect) || effect->new_table || !narrows (context, effect)
          || bound_before (context, effect) != NULL)
        continue;
      g_autofree char *objects = objects_of (effect);
      safety_report_effect (
          context, effect,
          "Step %u is %s and does \"%s\" to %s: writes of old clients may be refused",
          effect->step->index, migration_phase_to_word (effect->phase), verb_of (effect),
          objects);
    }
}
