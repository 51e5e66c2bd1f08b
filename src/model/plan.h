/* SPDX-License-Identifier: Apache-2.0
 *
 * MigrationPlan and MigrationStep: what is to be done, in order, and how far it is.
 */
#pragma once

#include "model/operation.h"

/* One reversible unit in one phase. */
typedef struct
{
  guint index; /* from 1, over the whole plan */
  MigrationPhase phase;
  const char *description;          /* "Add column 'x' (nullable) to 'users'" */
  const char *rollback_description; /* "Drop column 'x' from 'users'" */
  const Operation *operation;       /* forward; an engine undoes it from what it kept */
  const Operation *change; /* the change it comes from; NULL for a hand-written step */
  gboolean fail;           /* marked: fails when it runs */
  gboolean executed;
  gboolean rolled_back;
  gboolean rows_stay; /* what it has replaced is not kept any more: its rows stay */
  const char *error;  /* why it failed; or NULL */
  Location location;
} MigrationStep;

typedef struct
{
  const char *id;
  const char *title;
  GPtrArray *steps; /* MigrationStep *, in the plan's arena */
  MigrationPhase phase;
  gboolean from_changes; /* FALSE: the steps were written by hand */
  Arena *arena;          /* owned: descriptions, operations, errors */
  GPtrArray
      *tables; /* Table *, owned: what the planner's create_table operations carry */
} MigrationPlan;

/* @id and @title are copied. */
MigrationPlan *migration_plan_new (const char *id, const char *title);
void migration_plan_free (MigrationPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MigrationPlan, migration_plan_free)

/* A plan of the same steps in which nothing has run; it borrows from @plan. */
MigrationPlan *migration_plan_fresh (const MigrationPlan *plan);

/* Appends a step; its index is set.  Strings are borrowed (use plan->arena). */
MigrationStep *migration_plan_add_step (MigrationPlan *plan, MigrationPhase phase,
                                        const Operation *operation,
                                        const char *description,
                                        const char *rollback_description);

/* What the history says of a step that has been undone: "Rolled back: Drop column …". */
const char *migration_step_undone (const MigrationStep *step, Arena *arena);

guint migration_plan_n_steps (const MigrationPlan *plan);
MigrationStep *migration_plan_step (const MigrationPlan *plan, guint index); /* from 0 */

/* How many steps are in phases before @phase. */
guint migration_plan_steps_before (const MigrationPlan *plan, MigrationPhase phase);
gboolean migration_plan_has_phase (const MigrationPlan *plan, MigrationPhase phase);

/* Steps executed and not rolled back / steps × 100; 0 for a plan without steps. */
double migration_plan_progress (const MigrationPlan *plan);
