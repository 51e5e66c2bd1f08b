/* SPDX-License-Identifier: Apache-2.0
 *
 * MigrationExecutor: the state machine that runs a plan on an engine.
 *
 * It runs the steps in order and records history; when one fails, it undoes every
 * executed step in reverse order and ends in ROLLED_BACK.
 */
#pragma once

#include "engine/engine.h"

typedef struct
{
  const char *migration_id;
  const char *phase; /* "EXPANDING", …, "ROLLBACK", "COMPLETE", "ROLLED_BACK" */
  const char *message;
} HistoryEntry;

typedef enum
{
  EXECUTION_COMPLETE,
  EXECUTION_STOPPED,     /* --until: as asked */
  EXECUTION_ROLLED_BACK, /* failed; as before */
  EXECUTION_STUCK,       /* failed, and undoing failed too */
  EXECUTION_HALTED,      /* by a cause outside, on an engine that lasts: nothing undone */
} ExecutionOutcome;

/* What a renderer of progress wants to hear; every slot may be NULL. */
typedef struct
{
  void (*step_started) (gpointer data, const MigrationPlan *plan,
                        const MigrationStep *step);
  void (*step_finished) (gpointer data, const MigrationPlan *plan,
                         const MigrationStep *step);
  void (*step_undone) (gpointer data, const MigrationPlan *plan,
                       const MigrationStep *step);
  gpointer data;
} MigrationObserver;

typedef struct
{
  guint fail_at; /* a step, counted from 1; 0: none */
  gboolean has_until;
  MigrationPhase until;              /* stop once this phase is finished */
  const MigrationObserver *observer; /* or NULL */
} ExecutionOptions;

typedef struct
{
  MigrationPlan *plan;    /* borrowed */
  EngineSession *session; /* borrowed */
  ExecutionOptions options;
  GPtrArray *history;               /* HistoryEntry *, in the plan's arena */
  const MigrationStep *failed_step; /* or NULL */
} MigrationExecutor;

/* @options may be NULL. */
MigrationExecutor *migration_executor_new (MigrationPlan *plan, EngineSession *session,
                                           const ExecutionOptions *options);
void migration_executor_free (MigrationExecutor *executor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MigrationExecutor, migration_executor_free)

/**
 * migration_executor_run:
 * @error: says why when the outcome is ROLLED_BACK, STUCK or HALTED
 */
ExecutionOutcome migration_executor_run (MigrationExecutor *executor, GError **error);

/* Undoes every executed step, newest first; what `abort` does.
 * @reason: for the last history entry */
ExecutionOutcome migration_executor_roll_back (MigrationExecutor *executor,
                                               const char *reason, GError **error);
