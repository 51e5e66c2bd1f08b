/* SPDX-License-Identifier: Apache-2.0
 *
 * Before anything is touched: the file that was started, the tables that are declared,
 * other migrations; then the first record.
 */
#include "config.h"

#include "runner/run_job.h"

#include "model/error.h"
#include "model/text_difference.h"
#include "runner/overlap.h"
#include "runner/start_check.h"

static void
add_first_difference (const Job *job, const char *was, const char *is)
{
  g_auto (TextDifference) difference = text_difference (was, is);

  run_add_detail (job, "line %u was: %s", difference.line,
                  difference.was != NULL ? difference.was : "(nothing)");
  run_add_detail (job, "and is now: %s",
                  difference.is != NULL ? difference.is : "(nothing)");
}

/* What was started has to be ended as it was started. */
gboolean
run_check_same_file (const Job *job, const JournalRun *record, GError **error)
{
  if (!g_str_equal (record->checksum, job->file->checksum))
    {
      add_first_difference (job, record->source, job->file->source);
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_DRIFT,
          "'%s' has been edited since it was started on %s; its recorded text is "
          "used by `zdm-run %s %s`, without the file",
          record->id, record->started,
          record->state == RUN_WAITING ? "contract" : "continue", record->id);
      return FALSE;
    }
  if (g_str_equal (record->fingerprint, job->fingerprint)
      || run_state_is_over (record->state))
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

  if (!start_check (job->run->connection, job->run->actions, differences, error))
    return FALSE;
  if (differences->len == 0)
    return TRUE;
  for (guint i = 0; i < differences->len; i++)
    run_add_detail (job, "%s", (const char *) differences->pdata[i]);
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
in_one_transaction (const Job *job, gboolean (*work) (const Job *job, GError **error),
                    GError **error)
{
  const SqlEngine *engine = job->run->options.engine;

  if (!engine->begin (job->run->connection, SQL_FOR_SCHEMA,
                      job->run->options.lock_timeout_ms, error))
    return FALSE;
  if (journal_check_fence (job->run->journal, error) && work (job, error))
    {
      GError *problem = NULL;
      if (engine->commit (job->run->connection, &problem))
        {
          if (job->run->options.committed != NULL)
            job->run->options.committed (job->run->options.data, NULL);
          return TRUE;
        }
      job->run->in_doubt = run_is_lost (problem);
      g_propagate_error (error, problem);
    }
  engine->roll_back (job->run->connection);
  return FALSE;
}

#define MOST_CONFLICTS 20

/* A runner on another node that looks for the lock may be making sure of the journal. */
static gboolean
in_transaction (const Job *job, gboolean (*work) (const Job *job, GError **error),
                GError **error)
{
  for (guint i = 0;; i++)
    {
      GError *problem = NULL;
      if (in_one_transaction (job, work, &problem))
        return TRUE;
      if (!job->run->connection->is_node || i == MOST_CONFLICTS
          || !g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_error_free (problem);
    }
}

/* Starting -------------------------------------------------------------------- */

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
tell_remarks (const Job *job, const Action *action, GError **error)
{
  const DatabaseOptions *options = &job->run->options;
  g_autoptr (GPtrArray) remarks = g_ptr_array_new_with_free_func (g_free);

  if (options->engine->remark == NULL || options->pause == NULL)
    return TRUE;
  if (!options->engine->remark (job->run->connection, action, remarks, error))
    return FALSE;
  for (guint i = 0; i < remarks->len; i++)
    options->pause (options->data, action, PAUSE_REMARKS, remarks->pdata[i]);
  return TRUE;
}

/* Each action is one that this server takes. */
static gboolean
check_actions (const Job *job, GError **error)
{
  const SqlEngine *engine = job->run->options.engine;
  const GPtrArray *actions = job->run->actions->actions;

  for (guint i = 0; engine->admit != NULL && i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      if (engine->admit (job->run->connection, actions, i, error)
          && tell_remarks (job, action, error))
        continue;
      g_prefix_error (error, "step %u (%s): ", action->step->index,
                      action->step->description);
      return FALSE;
    }
  return TRUE;
}

static gboolean
try_out (const Job *job, GError **error)
{
  const DatabaseRun *run = job->run;
  const SqlEngine *engine = run->options.engine;
  const Action *at;

  if (engine->try_out == NULL
      || engine->try_out (run->connection, run->actions->start, run->actions->actions,
                          &at, error))
    return TRUE;
  if (at != NULL)
    g_prefix_error (error, "step %u (%s): ", at->step->index, at->step->description);
  return FALSE;
}

static gboolean
prepare (const Job *job, GError **error)
{
  DatabaseRun *run = job->run;
  const SqlEngine *engine = run->options.engine;

  if (!check_tables (job, error) || !check_actions (job, error) || !try_out (job, error))
    return FALSE;
  run->definitions = engine->definitions (run->connection, run->actions->start, error);
  return run->definitions != NULL;
}

/* Tables that are made go with the record of what they are made for: one is not there
 * without the other. */
static gboolean
seed_and_record (const Job *job, GError **error)
{
  return seed (job, error) && prepare (job, error) && record_start (job, error);
}

static gboolean
prepare_and_record (const Job *job, GError **error)
{
  return prepare (job, error) && in_transaction (job, record_start, error);
}

gboolean
run_start (const Job *job, GError **error)
{
  DatabaseRun *run = job->run;

  if (!overlap_check (run->connection, job->plan, job->file->others, error)
      || !(run->options.seed_data ? in_transaction (job, seed_and_record, error)
                                  : prepare_and_record (job, error)))
    return FALSE;
  run->in_doubt
      = !journal_find (run->journal, job->migration->id, run->arena, &run->record, error);
  return !run->in_doubt;
}
