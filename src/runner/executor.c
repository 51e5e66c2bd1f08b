/* SPDX-License-Identifier: Apache-2.0
 *
 * The executor: steps forward, history, and everything back in reverse order.
 */
#include "config.h"

#include "runner/executor.h"

#include "model/error.h"

MigrationExecutor *
migration_executor_new (MigrationPlan *plan, EngineSession *session,
                        const ExecutionOptions *options)
{
  MigrationExecutor *executor = g_new0 (MigrationExecutor, 1);

  executor->plan = plan;
  executor->session = session;
  if (options != NULL)
    executor->options = *options;
  executor->history = g_ptr_array_new ();
  return executor;
}

void
migration_executor_free (MigrationExecutor *executor)
{
  if (executor == NULL)
    return;
  g_ptr_array_unref (executor->history);
  g_free (executor);
}

static void
record (MigrationExecutor *executor, const char *phase, const char *message)
{
  MigrationPlan *plan = executor->plan;
  HistoryEntry *entry = arena_new0 (plan->arena, HistoryEntry);

  entry->migration_id = plan->id;
  entry->phase = phase;
  entry->message = arena_strdup (plan->arena, message);
  g_ptr_array_add (executor->history, entry);
}

static void
notify (const MigrationExecutor *executor,
        void (*slot) (gpointer data, const MigrationPlan *plan,
                      const MigrationStep *step),
        const MigrationStep *step)
{
  if (slot != NULL)
    slot (executor->options.observer->data, executor->plan, step);
}

#define NOTIFY(executor, event, step)                                                \
  notify ((executor),                                                                \
          (executor)->options.observer != NULL ? (executor)->options.observer->event \
                                               : NULL,                               \
          (step))

/* A step for other engines only is passed over, both ways. */
static gboolean
is_for_this_engine (const MigrationExecutor *executor, const MigrationStep *step)
{
  return operation_runs_on (step->operation, executor->session->engine->name);
}

static gboolean
refuse_marked (const MigrationExecutor *executor, const MigrationStep *step,
               GError **error)
{
  if (executor->options.fail_at == step->index)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_MARKED_TO_FAIL, "told to fail at step %u",
                 step->index);
  else if (step->fail && is_for_this_engine (executor, step))
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_MARKED_TO_FAIL,
                 "the step is marked 'fail: true'");
  else
    return TRUE;
  return FALSE;
}

static gboolean
run_step (MigrationExecutor *executor, MigrationStep *step, GError **error)
{
  MigrationPlan *plan = executor->plan;
  const char *phase = migration_phase_to_string (step->phase);
  gboolean runs_here = is_for_this_engine (executor, step);

  plan->phase = step->phase;
  NOTIFY (executor, step_started, step);
  if (!refuse_marked (executor, step, error)
      || (runs_here && !engine_apply (executor->session, step, error)))
    return FALSE;
  step->executed = TRUE;
  step->rolled_back = FALSE;
  step->error = NULL;
  if (runs_here)
    record (executor, phase, step->description);
  else
    record (executor, phase,
            arena_printf (plan->arena, "Skipped on %s: %s",
                          executor->session->engine->name, step->description));
  NOTIFY (executor, step_finished, step);
  return TRUE;
}

static gboolean
undo_step (MigrationExecutor *executor, MigrationStep *step, GError **error)
{
  if (is_for_this_engine (executor, step)
      && !engine_undo (executor->session, step, error))
    return FALSE;
  step->rolled_back = TRUE;
  record (executor, "ROLLBACK", migration_step_undone (step, executor->plan->arena));
  NOTIFY (executor, step_undone, step);
  return TRUE;
}

/* A gate that is closed changes nothing: what it wants can be done, and it be tried
 * again.
 */
static gboolean
halts (const MigrationExecutor *executor, const GError *cause)
{
  return executor->session->engine->lasts
         && (zdm_error_is_outside (cause)
             || g_error_matches (cause, ZDM_ERROR, ZDM_ERROR_GATE));
}

/* Rows that the old shape does not allow can be mended, and everything is as it is
 * recorded. */
static gboolean
is_of_rows (const GError *cause)
{
  return g_error_matches (cause, ZDM_ERROR, ZDM_ERROR_CONSTRAINT)
         || g_error_matches (cause, ZDM_ERROR, ZDM_ERROR_CONVERSION);
}

/* The way back ends on the way. */
static ExecutionOutcome
stay (const MigrationExecutor *executor, const MigrationStep *step, GError *problem,
      GError **error)
{
  gboolean halted = halts (executor, problem)
                    || (executor->session->engine->lasts && is_of_rows (problem));

  g_propagate_prefixed_error (error, problem,
                              "step %u (%s) could not be rolled back: ", step->index,
                              step->description);
  return halted ? EXECUTION_HALTED : EXECUTION_STUCK;
}

ExecutionOutcome
migration_executor_roll_back (MigrationExecutor *executor, const char *reason,
                              GError **error)
{
  MigrationPlan *plan = executor->plan;
  GError *problem = NULL;

  for (guint i = migration_plan_n_steps (plan); i-- > 0;)
    {
      MigrationStep *step = migration_plan_step (plan, i);
      if (!step->executed || step->rolled_back)
        continue;
      if (!undo_step (executor, step, &problem))
        return stay (executor, step, problem, error);
    }
  plan->phase = MIGRATION_PHASE_ROLLED_BACK;
  record (executor, migration_phase_to_string (plan->phase), reason);
  return EXECUTION_ROLLED_BACK;
}

static ExecutionOutcome
fail (MigrationExecutor *executor, MigrationStep *step, GError *cause, GError **error)
{
  MigrationPlan *plan = executor->plan;
  GError *undo_error = NULL;

  executor->failed_step = step;
  step->error = arena_strdup (plan->arena, cause->message);
  if (halts (executor, cause))
    {
      g_propagate_error (error, cause);
      return EXECUTION_HALTED;
    }
  const char *reason = arena_printf (plan->arena, "Step %u failed (%s): %s", step->index,
                                     step->description, cause->message);
  ExecutionOutcome outcome = migration_executor_roll_back (executor, reason, &undo_error);
  if (undo_error != NULL)
    {
      g_prefix_error (&undo_error, "%s; then ", cause->message);
      step->error = arena_strdup (plan->arena, undo_error->message);
      g_propagate_error (error, undo_error);
      g_error_free (cause);
      return outcome;
    }
  g_propagate_error (error, cause);
  return outcome;
}

ExecutionOutcome
migration_executor_run (MigrationExecutor *executor, GError **error)
{
  MigrationPlan *plan = executor->plan;

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      MigrationStep *step = migration_plan_step (plan, i);
      GError *cause = NULL;
      if (step->executed && !step->rolled_back)
        continue;
      if (executor->options.has_until && step->phase > executor->options.until)
        return EXECUTION_STOPPED;
      if (!run_step (executor, step, &cause))
        return fail (executor, step, cause, error);
    }
  plan->phase = MIGRATION_PHASE_COMPLETE;
  record (executor, migration_phase_to_string (plan->phase),
          "Migration finished successfully");
  return EXECUTION_COMPLETE;
}
