/* SPDX-License-Identifier: Apache-2.0
 *
 * A run on a database, from the lock to what there is to say of it.
 */
#include "config.h"

#include "runner/run_job.h"

#include <stdarg.h>

#include "model/error.h"
#include "runner/lease.h"

DatabaseOutcome
run_outcome_before_acting (const GError *error)
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
    case ZDM_ERROR_UNSAFE:
      return DATABASE_UNSAFE;
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

void
run_add_detail (const Job *job, const char *format, ...)
{
  GPtrArray *details = job->run->details;
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_insert (details, (int) details->len - 1,
                      g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

void
run_read_record (DatabaseRun *run, const char *id)
{
  const JournalRun *record;

  if (run->contact == RUN_REACHED && run->record != NULL
      && journal_find (run->journal, id, run->arena, &record, NULL) && record != NULL)
    run->record = record;
}

/* Opening --------------------------------------------------------------------- */

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
      && throttle_check (&options->limits, run->connection, &problem)
      && lease_take (run->connection, options->wait_lock_ms, options->lock_timeout_ms,
                     &run->fence, &problem))
    {
      run->connection->fence = run->fence;
      run->journal = journal_open (run->connection, run->fence);
      return g_steal_pointer (&run);
    }
  *outcome = run_outcome_before_acting (problem);
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

gboolean
database_run_unfinished (DatabaseRun *run, GPtrArray *runs, GError **error)
{
  if (!journal_runs (run->journal, TRUE, run->arena, runs, error))
    return FALSE;
  for (guint i = runs->len; i-- > 0;)
    if (run_state_is_over (((const JournalRun *) runs->pdata[i])->state))
      g_ptr_array_remove_index (runs, i);
  return TRUE;
}

gboolean
database_run_later (DatabaseRun *run, const char *id, GPtrArray *runs, GError **error)
{
  const JournalRun *own;

  if (!journal_find (run->journal, id, run->arena, &own, error)
      || (own != NULL && !journal_runs (run->journal, TRUE, run->arena, runs, error)))
    return FALSE;
  for (guint i = runs->len; i-- > 0;)
    {
      const JournalRun *other = runs->pdata[i];
      if (other->number <= own->number || other->state != RUN_COMPLETE)
        g_ptr_array_remove_index (runs, i);
    }
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
    outcome = run_decide (&job, error);
  else
    {
      outcome = run_outcome_before_acting (problem);
      g_propagate_error (error, problem);
    }
  run_read_record (run, file->migration->id);
  g_free (job.fingerprint);
  return outcome;
}

const MigrationExecutor *
database_run_executor (const DatabaseRun *run)
{
  return run->executor;
}

RunContact
database_run_contact (const DatabaseRun *run)
{
  return run->contact;
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

  if (run->actions == NULL || run->record == NULL || run->contact != RUN_REACHED)
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
