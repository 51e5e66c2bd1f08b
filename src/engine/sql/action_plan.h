/* SPDX-License-Identifier: Apache-2.0
 *
 * ActionPlan: a migration's plan in the terms of one engine: the tables on both sides of
 * each step, and the actions of each, forward and back.
 *
 * It is a function of the file and the engine, so a run can go on after a crash by making
 * it again.
 */
#pragma once

#include "engine/sql/sql_engine.h"

typedef struct
{
  const MigrationStep *step;
  gboolean runs;      /* on this engine */
  Database *after;    /* owned */
  GPtrArray *actions; /* Action *, forward */
  GPtrArray *undo;    /* Action * */
} ActionStep;

typedef struct
{
  const SqlEngine *engine;
  const MigrationPlan *plan; /* borrowed */
  Database *start;           /* owned: the tables, without rows */
  Database *end;             /* owned: the same after all steps */
  GPtrArray *steps;          /* ActionStep *, one a step of the plan */
  GPtrArray *actions;        /* Action *, all forward ones in their order */
  Arena *arena;
} ActionPlan;

/**
 * action_plan_new:
 * @diagnostics: gets a finding for each step that the engine cannot do
 *
 * Returns: (nullable): NULL when there is one
 */
ActionPlan *action_plan_new (const SqlEngine *engine, const Migration *migration,
                             const MigrationPlan *plan, DiagnosticList *diagnostics);
void action_plan_free (ActionPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ActionPlan, action_plan_free)

/* Of a step of the plan, by its index from 1. */
const ActionStep *action_plan_step (const ActionPlan *plan, guint index);

/* The tables once @n_steps steps are done. */
const Database *action_plan_shape (const ActionPlan *plan, guint n_steps);

/* "sha256:…" of what all actions say, forward and back.  (transfer full) */
char *action_plan_fingerprint (const ActionPlan *plan);
