/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of constraints and indexes: what loosens comes first, what tightens last.
 */
#include "config.h"

#include "planner/expand.h"

static gboolean
has_repairs (const Repairs *repairs)
{
  return (repairs->repairs != NULL && repairs->repairs[0].column != NULL)
         || repairs->orphans != ORPHANS_ERROR || repairs->duplicates != DUPLICATES_ERROR;
}

/* `if_exists: skip`: rows are not made to fit what is not added. */
static gboolean
is_skipped (const Expansion *expansion)
{
  const ConstraintChange *change = &expansion->change->constraint;
  const Table *table = database_find (expansion->shape, expansion->change->table);

  return expansion->change->kind == OPERATION_ADD_CONSTRAINT
         && change->if_exists == ON_CONFLICT_SKIP && table != NULL
         && table_find_constraint (table, change->constraint->name) != NULL;
}

static void
add_repair (Expansion *expansion)
{
  const ConstraintChange *change = &expansion->change->constraint;

  if (!has_repairs (&change->repairs) || is_skipped (expansion))
    return;
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_MIGRATING, OPERATION_REPAIR);
  step->constraint = (ConstraintChange){ .constraint = change->constraint,
                                         .repairs = change->repairs,
                                         .backward = change->backward };
}

static void
add_constraint (Expansion *expansion)
{
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_CONTRACTING, OPERATION_ADD_CONSTRAINT);

  step->constraint = expansion->change->constraint;
  step->constraint.name = NULL;
  step->constraint.repairs = (Repairs){ 0 };
}

void
expand_add_constraint (Expansion *expansion)
{
  add_repair (expansion);
  add_constraint (expansion);
}

/* Dropping a constraint loosens; but backfill and sync tell rows apart by the primary
 * key, so that one stays as long as they run. */
static MigrationPhase
drop_phase (Expansion *expansion, const char *name)
{
  const Table *table = database_find (expansion->shape, expansion->change->table);
  const Constraint *old = table != NULL ? table_find_constraint (table, name) : NULL;

  return old != NULL && old->kind == CONSTRAINT_PRIMARY_KEY ? MIGRATION_PHASE_CONTRACTING
                                                            : MIGRATION_PHASE_EXPANDING;
}

void
expand_drop_constraint (Expansion *expansion)
{
  expansion_take (expansion, drop_phase (expansion, expansion->change->constraint.name));
}

void
expand_replace_constraint (Expansion *expansion)
{
  MigrationPhase phase = drop_phase (expansion, expansion->change->constraint.name);
  Operation *drop = expansion_step (expansion, phase, OPERATION_DROP_CONSTRAINT);
  drop->constraint
      = (ConstraintChange){ .name = expansion->change->constraint.name,
                            .if_missing = expansion->change->constraint.if_missing };
  add_repair (expansion);
  add_constraint (expansion);
}

/* Indexes ---------------------------------------------------------------------- */

void
expand_create_index (Expansion *expansion)
{
  expansion_take (expansion, expansion->change->index.index->unique
                                 ? MIGRATION_PHASE_CONTRACTING
                                 : MIGRATION_PHASE_EXPANDING);
}

/* A unique index refuses writes, so new code wants it gone first; any other one may
 * serve the queries of old code to the end. */
void
expand_drop_index (Expansion *expansion)
{
  const Table *table = expansion_table (expansion);

  if (table == NULL)
    return;
  const Index *index = table_find_index (table, expansion->change->index.name);
  expansion_take (expansion, index != NULL && index->unique
                                 ? MIGRATION_PHASE_EXPANDING
                                 : MIGRATION_PHASE_CONTRACTING);
}
