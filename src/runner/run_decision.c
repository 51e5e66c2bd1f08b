/* SPDX-License-Identifier: Apache-2.0
 *
 * What a goal means for a run that is recorded.
 */
#include "config.h"

#include "runner/run_job.h"

#include "model/error.h"
#include "runner/overlap.h"

static DatabaseOutcome
refuse (GError **error, const JournalRun *record, const char *why,
        DatabaseOutcome outcome)
{
  g_set_error (error, ZDM_ERROR,
               outcome == DATABASE_DRIFTED ? ZDM_ERROR_DRIFT : ZDM_ERROR_INVALID,
               "'%s' %s", record->id, why);
  return outcome;
}

/* As far as a run goes by itself. */
static MigrationPhase
run_until (const Job *job)
{
  const DatabaseOptions *options = &job->run->options;

  return options->has_until && options->until < MIGRATION_PHASE_MIGRATING
             ? options->until
             : MIGRATION_PHASE_MIGRATING;
}

static DatabaseOutcome
run_recorded (const Job *job, GError **error)
{
  const JournalRun *record = job->run->record;

  switch (record->state)
    {
    case RUN_COMPLETE:
      return DATABASE_DONE;
    case RUN_WAITING:
      return record->phase < run_until (job) ? run_forward (job, run_until (job), error)
                                             : DATABASE_DONE;
    case RUN_STUCK:
      return refuse (error, record, "is stuck half-way back; see `zdm-run status`",
                     DATABASE_STUCK);
    default:
      return refuse (error, record,
                     "was started and has not ended; `continue` or `abort` it",
                     DATABASE_STOPPED);
    }
}

static DatabaseOutcome
continue_recorded (const Job *job, GError **error)
{
  const JournalRun *record = job->run->record;

  if (record->state == RUN_COMPLETE || record->state == RUN_ROLLED_BACK)
    return DATABASE_DONE;
  if (record->direction == RUN_BACKWARD)
    return run_back (job, error);
  if (record->phase == MIGRATION_PHASE_CONTRACTING)
    return run_forward (job, MIGRATION_PHASE_COMPLETE, error);
  return run_forward (job, run_until (job), error);
}

static DatabaseOutcome
contract_recorded (const Job *job, GError **error)
{
  const JournalRun *record = job->run->record;

  if (record->state == RUN_COMPLETE)
    return DATABASE_DONE;
  if (record->state == RUN_ROLLED_BACK)
    return refuse (error, record, "was rolled back: there is nothing to contract",
                   DATABASE_REFUSED);
  if (record->direction == RUN_BACKWARD)
    return refuse (error, record, "is on its way back; `continue` that",
                   DATABASE_STOPPED);
  if (record->phase < MIGRATION_PHASE_MIGRATING
      || (record->state != RUN_WAITING && record->phase != MIGRATION_PHASE_CONTRACTING))
    return refuse (error, record,
                   "has not come as far as its contract; `continue` it first",
                   DATABASE_STOPPED);
  return run_forward (job, MIGRATION_PHASE_COMPLETE, error);
}

/* Whether what the action did cannot be taken back.  As long as a run is not complete
 * there is a record of each action, and images of rows. */
static gboolean
is_lost (const Action *action, gboolean complete, const GPtrArray *records)
{
  if (complete)
    return action->loses_data || action->keeps_rows;
  for (guint i = 0; action->loses_data && i < records->len; i++)
    {
      const JournalRecord *record = records->pdata[i];
      if (record->action == action->index && record->state == RECORD_DONE)
        return TRUE;
    }
  return FALSE;
}

/* Tells what cannot come back.  @lost: FALSE: nothing is */
static gboolean
add_losses (const Job *job, gboolean *lost, GError **error)
{
  const DatabaseRun *run = job->run;
  const GPtrArray *actions = run->actions->actions;
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  const MigrationStep *last = NULL;

  if (!journal_records (run->journal, run->record->number, run->arena, records, error))
    return FALSE;
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      if (!is_lost (action, run->record->state == RUN_COMPLETE, records)
          || action->step == last)
        continue;
      last = action->step;
      run_add_detail (job, "%s: %s", last->description,
                      action->loses_data
                          ? "what was dropped is filled with what can be derived"
                          : "rows stay as they were made");
    }
  *lost = last != NULL;
  return TRUE;
}

static DatabaseOutcome
abort_recorded (const Job *job, GError **error)
{
  const JournalRun *record = job->run->record;

  if (record->state == RUN_ROLLED_BACK)
    return DATABASE_DONE;
  if (record->state == RUN_COMPLETE
      && !overlap_check (job->run->connection, job->plan, job->file->others, error))
    return DATABASE_DRIFTED;
  gboolean lost = FALSE;
  if (!job->run->options.accept_loss && record->direction == RUN_FORWARD
      && !add_losses (job, &lost, error))
    return DATABASE_STOPPED;
  if (!lost)
    return run_back (job, error);
  return refuse (
      error, record,
      record->state == RUN_COMPLETE
          ? "is complete, and not everything can come back; --accept-loss says "
            "that this is wanted"
          : "has dropped what cannot come back; `continue` it, or say by "
            "--accept-loss that this is wanted",
      DATABASE_REFUSED);
}

gboolean
run_settle (const DatabaseRun *run, GError **error)
{
  const SqlEngine *engine = run->options.engine;

  return engine->settle == NULL
         || engine->settle (run->connection, run->record->definitions, error);
}

/* Whether the first record was committed is asked of the database. */
static DatabaseOutcome
not_started (const Job *job, const GError *problem)
{
  DatabaseRun *run = job->run;
  gint64 before = run->record != NULL ? run->record->number : 0;

  if (!run->in_doubt)
    return run_outcome_before_acting (problem);
  if (!run_recover (job))
    return run->contact == RUN_UNKNOWN ? DATABASE_STUCK : DATABASE_STOPPED;
  return run->record != NULL && run->record->number > before
             ? DATABASE_STOPPED
             : run_outcome_before_acting (problem);
}

static DatabaseOutcome
decide_recorded (const Job *job, GError **error)
{
  switch (job->goal)
    {
    case DATABASE_GOAL_RUN:
      return run_recorded (job, error);
    case DATABASE_GOAL_CONTRACT:
      return contract_recorded (job, error);
    case DATABASE_GOAL_CONTINUE:
      return continue_recorded (job, error);
    case DATABASE_GOAL_ABORT:
      return abort_recorded (job, error);
    }
  g_assert_not_reached ();
}

DatabaseOutcome
run_decide (const Job *job, GError **error)
{
  GError *problem = NULL;
  DatabaseRun *run = job->run;
  gboolean is_new = run->record == NULL || run->record->state == RUN_ROLLED_BACK;
  DatabaseOutcome outcome;

  if (job->goal == DATABASE_GOAL_RUN && is_new)
    {
      if (run_start (job, &problem))
        return run_forward (job, run_until (job), error);
      outcome = not_started (job, problem);
    }
  else if (run->record == NULL)
    {
      g_set_error (&problem, ZDM_ERROR, ZDM_ERROR_MISSING,
                   "no migration '%s' is recorded in this database", job->migration->id);
      outcome = run_outcome_before_acting (problem);
    }
  else if (run_check_same_file (job, run->record, &problem) && run_settle (run, &problem))
    {
      outcome = decide_recorded (job, error);
      if (run->executor == NULL && run->contact == RUN_REACHED)
        run_show (job);
      return outcome;
    }
  else
    outcome = run_outcome_before_acting (problem);
  g_propagate_error (error, problem);
  return outcome;
}
