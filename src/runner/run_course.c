/* SPDX-License-Identifier: Apache-2.0
 *
 * The course of a run: opened, run by the executor, and its end written down.
 */
#include "config.h"

#include "runner/run_job.h"

#include "engine/sql/action_plan.h"
#include "model/error.h"

/* What was done by earlier calls comes first in the history. */
static gboolean
read_history (const Job *job, GError **error)
{
  DatabaseRun *run = job->run;
  g_autoptr (GPtrArray) events = g_ptr_array_new ();

  if (!journal_events (run->journal, job->migration->id, run->arena, events, error))
    return FALSE;
  for (guint i = 0; i < events->len; i++)
    {
      const JournalEvent *event = events->pdata[i];
      if (event->run != run->record->number || g_str_equal (event->phase, "PENDING"))
        continue;
      HistoryEntry *entry = arena_new0 (run->arena, HistoryEntry);
      entry->migration_id = event->id;
      entry->phase = event->phase;
      entry->message = event->message;
      g_ptr_array_add (run->executor->history, entry);
    }
  return TRUE;
}

static gboolean
open_session (const Job *job, RunDirection direction, MigrationPhase until,
              GError **error)
{
  DatabaseRun *run = job->run;
  const DatabaseOptions *options = &run->options;
  const DatabaseContext context = { .connection = run->connection,
                                    .journal = run->journal,
                                    .actions = run->actions,
                                    .fence = run->fence,
                                    .run = run->record->number,
                                    .recorded = run->record->direction,
                                    .waits = run->record->state == RUN_WAITING,
                                    .definitions = run->record->definitions,
                                    .lock_timeout_ms = options->lock_timeout_ms,
                                    .batch_size = options->batch_size,
                                    .limits = options->limits,
                                    .stops = options->stops,
                                    .chunk = options->chunk,
                                    .pause = options->pause,
                                    .committed = options->committed,
                                    .data = options->data };
  const ExecutionOptions execution = { .fail_at = options->fail_at,
                                       .has_until = TRUE,
                                       .until = until,
                                       .observer = options->observer };

  run->session = database_session_new (&context, job->plan, direction, error);
  if (run->session == NULL)
    return FALSE;
  run->executor = migration_executor_new (job->plan, run->session, &execution);
  job->plan->phase = run->record->phase;
  if (!read_history (job, error))
    return FALSE;
  run->n_history = run->executor->history->len;
  return TRUE;
}

/* Writes down how it ended, as far as that can still be written.  Where only the answer
 * was lost it is written already; where the writing was, it is done again. */
static gboolean
record_end (const Job *job, RunState state, RunDirection direction, const char *event,
            const char *message, GError **error)
{
  DatabaseRun *run = job->run;
  GError *problem = NULL;

  if (database_session_finish (run->session, job->plan->phase, state, direction, event,
                               message, &problem))
    return TRUE;
  if (!run_is_lost (problem) || run->contact != RUN_REACHED || !run_recover (job))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  g_error_free (problem);
  return run->record->state == state
         || database_session_finish (run->session, job->plan->phase, state, direction,
                                     event, message, error);
}

static const char *
last_message (const Job *job)
{
  const GPtrArray *history = job->run->executor->history;

  return ((const HistoryEntry *) history->pdata[history->len - 1])->message;
}

/* What was not committed has not happened, whatever the executor has noted of it.
 * @again: it has been read once more what was */
static void
note_as_recorded (const Job *job, gboolean again)
{
  DatabaseRun *run = job->run;
  gboolean had_ended = job->plan->phase == MIGRATION_PHASE_COMPLETE
                       || job->plan->phase == MIGRATION_PHASE_ROLLED_BACK;

  if (!database_session_mark_again (run->session, job->plan) && !had_ended && !again)
    return;
  run_read_record (run, job->migration->id);
  if (had_ended)
    job->plan->phase = run->record->phase;
  GPtrArray *history = run->executor->history;
  guint n = history->len;
  if (read_history (job, NULL))
    g_ptr_array_remove_range (history, 0, n);
  else /* a disk with faults may not be read either: tell what was known at first */
    g_ptr_array_set_size (history, (int) run->n_history);
}

static DatabaseOutcome
end_halted (const Job *job, GError *problem, GError **error)
{
  DatabaseRun *run = job->run;
  gboolean is_gate = g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_GATE);
  gboolean recovered
      = run_is_lost (problem) && run->contact == RUN_REACHED && run_recover (job);
  gboolean acted = database_session_has_acted (run->session);
  /* One that waits, or is complete, and on which nothing was done is as it was. */
  gboolean stays
      = !acted
        && (run->record->state == RUN_WAITING || run->record->state == RUN_COMPLETE);
  RunState state = stays ? run->record->state : RUN_STOPPED;
  DatabaseOutcome outcome = DATABASE_STOPPED;

  note_as_recorded (job, recovered);
  if (stays)
    job->plan->phase = run->record->phase;
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_INTERRUPTED))
    outcome = DATABASE_INTERRUPTED;
  else if (!acted && !is_gate
           && (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
               || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_FENCED)))
    outcome = DATABASE_LOCKED;
  else if (run->contact == RUN_UNKNOWN)
    outcome = DATABASE_STUCK;
  /* One that was taken over may write nothing; a full disk may refuse to. */
  if (!g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_FENCED)
      && run->contact == RUN_REACHED)
    record_end (job, state, database_session_direction (run->session), "STOPPED",
                problem->message, NULL);
  g_propagate_error (error, problem);
  return outcome;
}

static DatabaseOutcome
end_complete (const Job *job, GError **error)
{
  GError *problem = NULL;

  if (record_end (job, RUN_COMPLETE, RUN_FORWARD, "COMPLETE", last_message (job),
                  &problem))
    return DATABASE_DONE;
  return end_halted (job, problem, error);
}

/* Why it went back, and why that did not end. */
static void
add_cause (const Job *job, GError **problem, GError *cause)
{
  const MigrationStep *failed = job->run->executor->failed_step;

  if (cause == NULL)
    return;
  g_prefix_error (problem, "%s; then the way back could not be ended: ", cause->message);
  if (failed != NULL)
    migration_plan_step (job->plan, failed->index - 1)->error
        = arena_strdup (job->plan->arena, (*problem)->message);
  g_error_free (cause);
}

static DatabaseOutcome
end_rolled_back (const Job *job, GError *cause, GError **error)
{
  GError *problem = NULL;

  if (!record_end (job, RUN_ROLLED_BACK, RUN_BACKWARD, "ROLLED_BACK", last_message (job),
                   &problem))
    {
      add_cause (job, &problem, cause);
      return end_halted (job, problem, error);
    }
  if (cause != NULL)
    g_propagate_error (error, cause);
  return DATABASE_ROLLED_BACK;
}

static DatabaseOutcome
finish (const Job *job, ExecutionOutcome execution, GError *cause, GError **error)
{
  switch (execution)
    {
    case EXECUTION_COMPLETE:
      return end_complete (job, error);
    case EXECUTION_STOPPED:
      /* Whatever came before it is finished, also where it had no steps. */
      job->plan->phase = job->run->executor->options.until;
      if (record_end (job, RUN_WAITING, RUN_FORWARD, NULL, NULL, &cause))
        return DATABASE_DONE;
      return end_halted (job, cause, error);
    case EXECUTION_ROLLED_BACK:
      return end_rolled_back (job, cause, error);
    case EXECUTION_HALTED:
      return end_halted (job, cause, error);
    case EXECUTION_STUCK:
      break;
    }
  record_end (job, RUN_STUCK, RUN_BACKWARD, "STUCK", cause->message, NULL);
  g_propagate_error (error, cause);
  return DATABASE_STUCK;
}

/* What was begun by this very call is recorded, though nothing has been done. */
static DatabaseOutcome
end_unopened (const Job *job, GError *cause, GError **error)
{
  DatabaseOutcome outcome = run_outcome_before_acting (cause);

  if (job->goal == DATABASE_GOAL_RUN && run_is_lost (cause))
    {
      run_recover (job);
      outcome = job->run->contact == RUN_UNKNOWN ? DATABASE_STUCK : DATABASE_STOPPED;
    }
  g_propagate_error (error, cause);
  return outcome;
}

DatabaseOutcome
run_forward (const Job *job, MigrationPhase until, GError **error)
{
  GError *cause = NULL;

  if (!open_session (job, RUN_FORWARD, until, &cause))
    return end_unopened (job, cause, error);
  ExecutionOutcome execution = migration_executor_run (job->run->executor, &cause);
  return finish (job, execution, cause, error);
}

void
run_show (const Job *job)
{
  open_session (job, job->run->record->direction, job->run->record->phase, NULL);
}

/* What cannot be asked now is none the less taken away. */
static void
tell_what_goes (const Job *job)
{
  const DatabaseOptions *options = &job->run->options;
  const ActionPlan *plan = job->run->actions;

  for (guint i = 0; options->engine->remark_back != NULL && options->pause != NULL
                    && i < plan->steps->len;
       i++)
    {
      const GPtrArray *undo = ((const ActionStep *) plan->steps->pdata[i])->undo;
      g_autoptr (GPtrArray) remarks = g_ptr_array_new_with_free_func (g_free);
      for (guint j = 0; j < undo->len; j++)
        options->engine->remark_back (job->run->connection, undo->pdata[j], plan->end,
                                      remarks, NULL);
      for (guint j = 0; j < remarks->len; j++)
        options->pause (options->data, undo->pdata[0], PAUSE_REMARKS, remarks->pdata[j]);
    }
}

DatabaseOutcome
run_back (const Job *job, GError **error)
{
  GError *cause = NULL;

  if (job->run->record->direction == RUN_FORWARD)
    tell_what_goes (job);
  if (!open_session (job, RUN_BACKWARD, MIGRATION_PHASE_COMPLETE, &cause))
    return end_unopened (job, cause, error);
  ExecutionOutcome execution
      = migration_executor_roll_back (job->run->executor, "Aborted as asked", &cause);
  DatabaseOutcome outcome = finish (job, execution, cause, error);
  return outcome == DATABASE_ROLLED_BACK ? DATABASE_DONE : outcome;
}
