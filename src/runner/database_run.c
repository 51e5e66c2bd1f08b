/* SPDX-License-Identifier: Apache-2.0
 *
 * A run on a database: who may, what is there, what is to be done, how it ended.
 */
#include "config.h"

#include "runner/database_run.h"

#include <stdarg.h>

#include "model/error.h"
#include "runner/lease.h"
#include "runner/overlap.h"

struct DatabaseRun
{
  DatabaseOptions options;
  SqlConnection *connection;
  Journal *journal;
  gint64 fence;
  Arena *arena;
  ActionPlan *actions;
  EngineSession *session;
  MigrationExecutor *executor;
  const JournalRun *record;
  char *definitions;
  GPtrArray *details; /* char *, NULL-ended */
};

/* Opening -------------------------------------------------------------------------------
 */

static DatabaseOutcome
outcome_before_acting (const GError *error)
{
  switch (error->domain == ZDM_ERROR ? error->code : -1)
    {
    case ZDM_ERROR_CONNECT:
      return DATABASE_UNREACHABLE;
    case ZDM_ERROR_HELD:
    case ZDM_ERROR_FENCED:
    case ZDM_ERROR_LOCK_TIMEOUT:
      return DATABASE_LOCKED;
    case ZDM_ERROR_DRIFT:
      return DATABASE_DRIFTED;
    case ZDM_ERROR_INTERRUPTED:
      return DATABASE_INTERRUPTED;
    case ZDM_ERROR_INVALID:
    case ZDM_ERROR_UNSUPPORTED:
    case ZDM_ERROR_MISSING:
      return DATABASE_REFUSED;
    default:
      return DATABASE_UNREACHABLE;
    }
}

DatabaseRun *
database_run_open (const DatabaseOptions *options, DatabaseOutcome *outcome,
                   GError **error)
{
  g_autoptr (DatabaseRun) run = g_new0 (DatabaseRun, 1);
  GError *problem = NULL;

  run->options = *options;
  run->arena = arena_new ();
  run->details = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (run->details, NULL);
  run->connection = options->engine->open (
      options->url, options->seed_data ? SQL_CREATE : SQL_READ_WRITE, &problem);
  if (run->connection != NULL
      && lease_take (run->connection, options->wait_lock_ms, options->lock_timeout_ms,
                     &run->fence, &problem))
    {
      run->journal = journal_open (run->connection, run->fence);
      return g_steal_pointer (&run);
    }
  *outcome = outcome_before_acting (problem);
  g_propagate_error (error, problem);
  return NULL;
}

void
database_run_close (DatabaseRun *run)
{
  if (run == NULL)
    return;
  g_clear_pointer (&run->executor, migration_executor_free);
  g_clear_pointer (&run->session, engine_close);
  g_clear_pointer (&run->actions, action_plan_free);
  g_clear_pointer (&run->journal, journal_free);
  if (run->fence != 0)
    lease_give (run->connection, run->fence, run->options.lock_timeout_ms);
  if (run->connection != NULL)
    run->options.engine->close (run->connection);
  arena_free (run->arena);
  g_ptr_array_unref (run->details);
  g_free (run->definitions);
  g_free (run);
}

static gboolean
is_unfinished (const JournalRun *record)
{
  return record->state != RUN_COMPLETE && record->state != RUN_ROLLED_BACK;
}

gboolean
database_run_unfinished (DatabaseRun *run, GPtrArray *runs, GError **error)
{
  if (!journal_runs (run->journal, TRUE, run->arena, runs, error))
    return FALSE;
  for (guint i = runs->len; i-- > 0;)
    if (!is_unfinished (runs->pdata[i]))
      g_ptr_array_remove_index (runs, i);
  return TRUE;
}

gboolean
database_run_find (DatabaseRun *run, const char *id, const JournalRun **found,
                   GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  *found = NULL;
  if (id != NULL)
    {
      if (!journal_find (run->journal, id, run->arena, found, error))
        return FALSE;
      if (*found == NULL)
        g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                     "no migration '%s' is recorded in this database", id);
      return *found != NULL;
    }
  if (!database_run_unfinished (run, runs, error))
    return FALSE;
  if (runs->len == 1)
    *found = runs->pdata[0];
  else if (runs->len == 0)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                 "no migration is unfinished in this database");
  else
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                 "%u migrations are unfinished in this database; name one", runs->len);
  return *found != NULL;
}

/* Checks before anything is touched --------------------------------------------- */

typedef struct
{
  DatabaseRun *run;
  DatabaseGoal goal;
  const DatabaseJob *file;
  const Migration *migration;
  MigrationPlan *plan;
  char *fingerprint;
} Job;

static void
add_detail (const Job *job, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_detail (const Job *job, const char *format, ...)
{
  GPtrArray *details = job->run->details;
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_insert (details, (int) details->len - 1,
                      g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* The first line in which two texts differ. */
static void
add_first_difference (const Job *job, const char *was, const char *is)
{
  g_auto (GStrv) old_lines = g_strsplit (was, "\n", -1);
  g_auto (GStrv) new_lines = g_strsplit (is, "\n", -1);
  guint i = 0;

  while (old_lines[i] != NULL && g_strcmp0 (old_lines[i], new_lines[i]) == 0)
    i++;
  const char *old_line = old_lines[i];
  const char *new_line = old_line != NULL || i == 0 ? new_lines[i] : NULL;
  add_detail (job, "line %u was: %s", i + 1, old_line != NULL ? old_line : "(nothing)");
  add_detail (job, "and is now: %s", new_line != NULL ? new_line : "(nothing)");
}

/* What was started has to be ended as it was started. */
static gboolean
check_same_file (const Job *job, const JournalRun *record, GError **error)
{
  if (!g_str_equal (record->checksum, job->file->checksum))
    {
      add_first_difference (job, record->source, job->file->source);
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                   "'%s' has been edited since it was started on %s; its recorded text is "
                   "used by `zdm-run %s %s`, without the file",
                   record->id, record->started,
                   record->state == RUN_WAITING ? "contract" : "continue", record->id);
      return FALSE;
    }
  if (g_str_equal (record->fingerprint, job->fingerprint) || !is_unfinished (record))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "'%s' was started by a version of zdm-run that does it in other steps; "
               "finish it with that one",
               record->id);
  return FALSE;
}

static gboolean
check_tables (const Job *job, GError **error)
{
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  const SqlEngine *engine = job->run->options.engine;

  if (!engine->compare (job->run->connection, job->run->actions->start, TRUE, differences,
                        error))
    return FALSE;
  if (differences->len == 0)
    return TRUE;
  for (guint i = 0; i < differences->len; i++)
    add_detail (job, "%s", (const char *) differences->pdata[i]);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "the database is not what the file declares");
  return FALSE;
}

/* The declared tables that are not there yet. */
static gboolean
seed (const Job *job, GError **error)
{
  const SqlEngine *engine = job->run->options.engine;
  const GPtrArray *tables = job->migration->tables->tables;

  for (guint i = 0; i < tables->len; i++)
    {
      const Table *table = tables->pdata[i];
      gboolean found;
      if (!engine->has_table (job->run->connection, table->name, &found, error)
          || (!found && !engine->seed (job->run->connection, table, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
in_transaction (const Job *job, gboolean (*work) (const Job *job, GError **error),
                GError **error)
{
  const SqlEngine *engine = job->run->options.engine;

  if (!engine->begin (job->run->connection, SQL_FOR_SCHEMA,
                      job->run->options.lock_timeout_ms, error))
    return FALSE;
  if (journal_check_fence (job->run->journal, error) && work (job, error)
      && engine->commit (job->run->connection, error))
    {
      if (job->run->options.committed != NULL)
        job->run->options.committed (job->run->options.data, NULL);
      return TRUE;
    }
  engine->roll_back (job->run->connection);
  return FALSE;
}

/* Starting
 * -------------------------------------------------------------------------------------
 */

static gboolean
record_start (const Job *job, GError **error)
{
  DatabaseRun *run = job->run;
  const JournalRun record = { .id = job->migration->id,
                              .title = job->plan->title,
                              .file = job->file->file,
                              .checksum = job->file->checksum,
                              .fingerprint = job->fingerprint,
                              .source = job->file->source,
                              .definitions = run->definitions,
                              .phase = MIGRATION_PHASE_PENDING,
                              .state = RUN_RUNNING,
                              .direction = RUN_FORWARD };
  gint64 number;

  if (!journal_add_run (run->journal, &record, &number, error)
      || !journal_add_event (run->journal, number, "PENDING", "Started", error))
    return FALSE;
  for (guint i = 0; i < run->actions->actions->len; i++)
    {
      const Action *action = run->actions->actions->pdata[i];
      const JournalRecord record_of_action
          = { .action = action->index, .step = action->step->index };
      if (!journal_set_record (run->journal, number, &record_of_action, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
start (const Job *job, GError **error)
{
  DatabaseRun *run = job->run;
  const SqlEngine *engine = run->options.engine;

  if (!overlap_check (job->plan, job->file->others, error)
      || (run->options.seed_data && !in_transaction (job, seed, error))
      || !check_tables (job, error)
      || (engine->try_out != NULL
          && !engine->try_out (run->connection, run->actions->start,
                               run->actions->actions, error)))
    return FALSE;
  run->definitions = engine->definitions (run->connection, run->actions->start, error);
  return run->definitions != NULL && in_transaction (job, record_start, error)
         && journal_find (run->journal, job->migration->id, run->arena, &run->record,
                          error);
}

/* Running
 * ---------------------------------------------------------------------------------------
 */

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
                                    .definitions = run->record->definitions,
                                    .lock_timeout_ms = options->lock_timeout_ms,
                                    .batch_size = options->batch_size,
                                    .stops = options->stops,
                                    .chunk = options->chunk,
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
  return read_history (job, error);
}

/* Writes down how it ended, as far as that can still be written. */
static gboolean
record_end (const Job *job, RunState state, RunDirection direction, const char *event,
            const char *message, GError **error)
{
  return database_session_finish (job->run->session, job->plan->phase, state, direction,
                                  event, message, error);
}

static const char *
last_message (const Job *job)
{
  const GPtrArray *history = job->run->executor->history;

  return ((const HistoryEntry *) history->pdata[history->len - 1])->message;
}

static DatabaseOutcome
end_halted (const Job *job, GError *problem, RunDirection direction, GError **error)
{
  DatabaseRun *run = job->run;
  gboolean is_gate = g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_GATE);
  gboolean acted = database_session_has_acted (run->session);
  gboolean waits = run->record->state == RUN_WAITING && !acted;
  RunState state = waits ? RUN_WAITING : RUN_STOPPED;
  DatabaseOutcome outcome = DATABASE_STOPPED;

  if (waits)
    job->plan->phase = run->record->phase;
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_INTERRUPTED))
    outcome = DATABASE_INTERRUPTED;
  else if (!acted && !is_gate
           && (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
               || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_FENCED)))
    outcome = DATABASE_LOCKED;
  /* One that was taken over may write nothing; a full disk may refuse to. */
  if (!g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_FENCED))
    record_end (job, state, direction, "STOPPED", problem->message, NULL);
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
  return end_halted (job, problem, RUN_FORWARD, error);
}

static DatabaseOutcome
end_rolled_back (const Job *job, GError *cause, GError **error)
{
  GError *problem = NULL;

  if (!record_end (job, RUN_ROLLED_BACK, RUN_BACKWARD, "ROLLED_BACK", last_message (job),
                   &problem))
    {
      g_clear_error (&cause);
      return end_halted (job, problem, RUN_BACKWARD, error);
    }
  if (cause != NULL)
    g_propagate_error (error, cause);
  return DATABASE_ROLLED_BACK;
}

static DatabaseOutcome
finish (const Job *job, ExecutionOutcome execution, GError *cause, RunDirection direction,
        GError **error)
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
      return end_halted (job, cause, RUN_FORWARD, error);
    case EXECUTION_ROLLED_BACK:
      return end_rolled_back (job, cause, error);
    case EXECUTION_HALTED:
      return end_halted (job, cause, direction, error);
    case EXECUTION_STUCK:
      break;
    }
  record_end (job, RUN_STUCK, RUN_BACKWARD, "STUCK", cause->message, NULL);
  g_propagate_error (error, cause);
  return DATABASE_STUCK;
}

static DatabaseOutcome
go_forward (const Job *job, MigrationPhase until, GError **error)
{
  GError *cause = NULL;

  if (!open_session (job, RUN_FORWARD, until, &cause))
    {
      DatabaseOutcome outcome = outcome_before_acting (cause);
      g_propagate_error (error, cause);
      return outcome;
    }
  ExecutionOutcome execution = migration_executor_run (job->run->executor, &cause);
  return finish (job, execution, cause, RUN_FORWARD, error);
}

static DatabaseOutcome
go_back (const Job *job, GError **error)
{
  GError *cause = NULL;

  if (!open_session (job, RUN_BACKWARD, MIGRATION_PHASE_COMPLETE, &cause))
    {
      DatabaseOutcome outcome = outcome_before_acting (cause);
      g_propagate_error (error, cause);
      return outcome;
    }
  ExecutionOutcome execution
      = migration_executor_roll_back (job->run->executor, "Aborted as asked", &cause);
  DatabaseOutcome outcome = finish (job, execution, cause, RUN_BACKWARD, error);
  return outcome == DATABASE_ROLLED_BACK ? DATABASE_DONE : outcome;
}

/* Deciding
 * -----------------------------------------------------------------------------------------
 */

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
      return record->phase < run_until (job) ? go_forward (job, run_until (job), error)
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
    return go_back (job, error);
  if (record->phase == MIGRATION_PHASE_CONTRACTING)
    return go_forward (job, MIGRATION_PHASE_COMPLETE, error);
  return go_forward (job, run_until (job), error);
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
  return go_forward (job, MIGRATION_PHASE_COMPLETE, error);
}

/* Tells what cannot come back of a run that is complete.  FALSE: nothing is lost */
static gboolean
add_losses (const Job *job)
{
  const GPtrArray *actions = job->run->actions->actions;
  const MigrationStep *last = NULL;

  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      if ((!action->loses_data && !action->keeps_rows) || action->step == last)
        continue;
      last = action->step;
      add_detail (job, "%s: %s", last->description,
                  action->loses_data
                      ? "what was dropped is filled with what can be derived"
                      : "rows stay as they were made");
    }
  return last != NULL;
}

static DatabaseOutcome
abort_recorded (const Job *job, GError **error)
{
  const JournalRun *record = job->run->record;

  if (record->state == RUN_ROLLED_BACK)
    return DATABASE_DONE;
  if (record->state != RUN_COMPLETE || job->run->options.accept_loss || !add_losses (job))
    return go_back (job, error);
  return refuse (error, record,
                 "is complete, and not everything can come back; --accept-loss says that "
                 "this is wanted",
                 DATABASE_REFUSED);
}

static DatabaseOutcome
go (const Job *job, GError **error)
{
  GError *problem = NULL;
  DatabaseRun *run = job->run;
  gboolean is_new = run->record == NULL || run->record->state == RUN_ROLLED_BACK;

  if (job->goal == DATABASE_GOAL_RUN && is_new)
    {
      if (start (job, &problem))
        return go_forward (job, run_until (job), error);
    }
  else if (run->record == NULL)
    g_set_error (&problem, ZDM_ERROR, ZDM_ERROR_MISSING,
                 "no migration '%s' is recorded in this database", job->migration->id);
  else if (check_same_file (job, run->record, &problem))
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
  DatabaseOutcome outcome = outcome_before_acting (problem);
  g_propagate_error (error, problem);
  return outcome;
}

DatabaseOutcome
database_run_go (DatabaseRun *run, DatabaseGoal goal, const DatabaseJob *file,
                 DiagnosticList *diagnostics, GError **error)
{
  Job job = { .run = run,
              .goal = goal,
              .file = file,
              .migration = file->migration,
              .plan = file->plan };
  GError *problem = NULL;
  DatabaseOutcome outcome = DATABASE_REFUSED;

  run->actions
      = action_plan_new (run->options.engine, file->migration, file->plan, diagnostics);
  if (run->actions == NULL)
    return outcome;
  job.fingerprint = action_plan_fingerprint (run->actions);
  if (journal_find (run->journal, file->migration->id, run->arena, &run->record,
                    &problem))
    outcome = go (&job, error);
  else
    {
      outcome = outcome_before_acting (problem);
      g_propagate_error (error, problem);
    }
  if (run->record != NULL)
    journal_find (run->journal, file->migration->id, run->arena, &run->record, NULL);
  g_free (job.fingerprint);
  return outcome;
}

const MigrationExecutor *
database_run_executor (const DatabaseRun *run)
{
  return run->executor;
}

const JournalRun *
database_run_record (const DatabaseRun *run)
{
  return run->record;
}

Database *
database_run_tables (DatabaseRun *run, gsize max_rows, GError **error)
{
  guint n = 0;

  if (run->actions == NULL || run->record == NULL)
    return NULL;
  if (run->record->state == RUN_COMPLETE)
    n = run->actions->steps->len;
  for (guint i = 0; run->session != NULL && i < run->actions->steps->len; i++)
    {
      const MigrationStep *step = migration_plan_step (run->actions->plan, i);
      if (step->executed && !step->rolled_back)
        n = i + 1;
    }
  return run->options.engine->read (run->connection, action_plan_shape (run->actions, n),
                                    max_rows, error);
}

const char *const *
database_run_details (const DatabaseRun *run)
{
  return (const char *const *) run->details->pdata;
}

gboolean
database_run_count (DatabaseRun *run, const char *table, guint64 *n_rows, GError **error)
{
  return run->options.engine->count_rows (run->connection, table, n_rows, error);
}

const char *
database_run_next (const DatabaseRun *run)
{
  if (run->record == NULL)
    return NULL;
  switch (run->record->state)
    {
    case RUN_WAITING:
      return "contract";
    case RUN_RUNNING:
    case RUN_STOPPED:
      return "continue";
    default:
      return NULL;
    }
}
