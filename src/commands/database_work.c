/* SPDX-License-Identifier: Apache-2.0
 *
 * Outcomes in exit codes and words.
 */
#include "config.h"

#include "commands/database_work.h"

#include <string.h>

#include "commands/database_engine.h"
#include "commands/database_url.h"
#include "commands/interrupt.h"
#include "commands/progress.h"
#include "commands/recorded_plan.h"
#include "load/checksum.h"
#include "model/error.h"
#include "report/next_command.h"
#include "report/shell_word.h"
#include "runner/database_rehearse.h"
#include "runner/overlap.h"

struct DatabaseWork
{
  const Options *options;
  DatabaseRun *run;
  const char *engine;
  DatabaseGoal goal; /* of database_work_go() */
  DatabaseOutcome outcome;
  ExitCode usage;    /* in place of the outcome's code; or DONE */
  GPtrArray *others; /* RecordedPlan *, owned */
  char *url;         /* redacted */
  char *failure, *next;
  Database *tables;
  guint64 *row_counts;
};

static const struct
{
  ExitCode code;
  const char *state; /* of the database */
} OUTCOMES[] = {
  [DATABASE_DONE] = { EXIT_CODE_DONE, NULL },
  [DATABASE_ROLLED_BACK] = { EXIT_CODE_ROLLED_BACK, "the database is as it was before" },
  [DATABASE_STOPPED] = { EXIT_CODE_STOPPED, "part-way, and recorded" },
  [DATABASE_STUCK]
  = { EXIT_CODE_STUCK, "part-way back; what is there is not what is recorded" },
  [DATABASE_LOCKED] = { EXIT_CODE_LOCKED, "untouched by this call" },
  [DATABASE_UNREACHABLE] = { EXIT_CODE_CANNOT_CONNECT, "untouched" },
  [DATABASE_DRIFTED] = { EXIT_CODE_DRIFT, "untouched" },
  [DATABASE_UNSAFE] = { EXIT_CODE_INVALID, "untouched" },
  [DATABASE_REFUSED] = { EXIT_CODE_USAGE, "untouched" },
  [DATABASE_INTERRUPTED] = { EXIT_CODE_SIGNAL, "stopped at a safe point, and recorded" },
};

/* Of the database, where a connection was lost and there is none to it any more. */
static const char *const CONTACTS[] = {
  [RUN_REACHED] = NULL,
  [RUN_UNREACHABLE]
  = "part-way at most; how far is recorded in the database, which cannot be asked now",
  [RUN_HELD] = "part-way at most, and recorded; another session holds the runner's lock",
  [RUN_BEHIND] = "part-way, and recorded; the server that answers now has received "
                 "nothing of what this call did",
  [RUN_UNKNOWN] = "not known: the server that answers now does not know this run, which "
                  "was recorded where the connection was lost; nothing was done on it",
};

/* What follows --url in a command. */
static const char *
url_to_type (const DatabaseWork *work)
{
  const char *text = work->options->texts[OPTION_URL];

  return g_str_equal (text, "env") ? text : work->url;
}

static void
keep_error (DatabaseWork *work, const GError *error)
{
  g_free (work->failure);
  work->failure
      = error != NULL ? database_url_clean (error->message, work->options->url) : NULL;
}

/* Where nothing was begun. */
static char *
way_out (const DatabaseWork *work)
{
  const char *verb = work->outcome == DATABASE_DRIFTED ? "verify" : "status";
  g_autoptr (GString) text = g_string_new (NULL);

  if (work->outcome == DATABASE_DONE || work->usage != EXIT_CODE_DONE)
    return NULL;
  if (work->outcome == DATABASE_UNREACHABLE)
    return g_strdup ("see that the database can be opened as --url says");
  if (work->outcome == DATABASE_UNSAFE)
    return g_strdup ("correct the file; `zdm-run plan FILE --url URL` says what it does "
                     "on this server");
  g_string_append_printf (text, "zdm-run %s --url ", verb);
  shell_word_append (text, url_to_type (work));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
find_next (DatabaseWork *work)
{
  const JournalRun *record = work->run != NULL ? database_run_record (work->run) : NULL;
  const DatabaseReport report = { .url_to_type = url_to_type (work) };
  const MigrationStatus status = { .run = record };
  char *commands[NEXT_COMMANDS_MAX];

  g_clear_pointer (&work->next, g_free);
  if (record == NULL || work->outcome == DATABASE_DRIFTED
      || work->outcome == DATABASE_ROLLED_BACK
      || database_run_contact (work->run) == RUN_UNKNOWN)
    {
      work->next = work->outcome != DATABASE_ROLLED_BACK ? way_out (work) : NULL;
      return;
    }
  if (work->goal == DATABASE_GOAL_ABORT && work->outcome == DATABASE_STOPPED
      && (record->state == RUN_COMPLETE || record->state == RUN_WAITING))
    {
      work->next = next_command (&report, "abort", record->id);
      return;
    }
  guint n = next_commands (&report, &status, commands);
  if (n > 0)
    work->next = n > 1 ? g_strdup_printf ("%s, or %s", commands[0], commands[1])
                       : g_strdup (commands[0]);
  for (guint i = 0; i < n; i++)
    g_free (commands[i]);
}

static ThrottleLimits
limits_of (const Options *options)
{
  return (ThrottleLimits){ .max_lag_ms = options->max_lag_ms,
                           .lag_is_asked = options->texts[OPTION_MAX_LAG] != NULL,
                           .max_load = options->max_load };
}

static DatabaseOptions
database_options (const Options *options, const SqlEngine *engine,
                  const MigrationObserver *observer)
{
  return (DatabaseOptions){ .engine = engine,
                            .url = options->url,
                            .lock_timeout_ms = options->lock_timeout_ms,
                            .wait_lock_ms = options->wait_lock_ms,
                            .batch_size = options->batch_size,
                            .limits = limits_of (options),
                            .seed_data = options->seed_data,
                            .accept_loss = options->accept_loss,
                            .fail_at = options->fail_at,
                            .has_until = options->has_until,
                            .until = options->until,
                            .observer = observer,
                            .stops = interrupt_is_wanted,
                            .chunk = progress_chunk,
                            .pause = progress_pause,
                            .data = (gpointer) options };
}

static DatabaseWork *
work_new (const Options *options)
{
  DatabaseWork *work = g_new0 (DatabaseWork, 1);

  work->options = options;
  work->url = database_url_redact (options->url);
  work->others = g_ptr_array_new_with_free_func ((GDestroyNotify) recorded_plan_free);
  work->outcome = DATABASE_REFUSED;
  return work;
}

DatabaseWork *
database_work_new (const Options *options, const MigrationObserver *observer)
{
  DatabaseWork *work = work_new (options);
  g_autoptr (GError) error = NULL;
  const SqlEngine *engine = database_engine_find (options->url, &error);

  if (engine != NULL)
    {
      const DatabaseOptions database = database_options (options, engine, observer);
      interrupt_watch ();
      work->engine = engine->name;
      work->run = database_run_open (&database, &work->outcome, &error);
    }
  keep_error (work, error);
  find_next (work);
  return work;
}

DatabaseWork *
database_work_rehearse (const Options *options, const Migration *migration,
                        MigrationPlan *plan, const char *source, const char *file,
                        Rehearsal *rehearsal)
{
  DatabaseWork *work = work_new (options);
  g_autofree char *checksum = checksum_of_file (source, strlen (source));
  g_autoptr (GError) error = NULL;
  const SqlEngine *engine = database_engine_find (options->url, &error);

  if (engine != NULL)
    {
      const DatabaseOptions database = database_options (options, engine, NULL);
      const DatabaseJob job = { .migration = migration,
                                .plan = plan,
                                .source = source,
                                .checksum = checksum,
                                .file = file };
      interrupt_watch ();
      work->engine = engine->name;
      database_rehearse (&database, &job, rehearsal, &work->outcome, &error);
    }
  keep_error (work, error);
  return work;
}

void
database_work_free (DatabaseWork *work)
{
  if (work == NULL)
    return;
  g_clear_pointer (&work->tables, database_free);
  g_clear_pointer (&work->run, database_run_close);
  g_ptr_array_unref (work->others);
  g_free (work->url);
  g_free (work->failure);
  g_free (work->next);
  g_free (work->row_counts);
  g_free (work);
}

/* Before anything was done. */
static DatabaseOutcome
outcome_of (const GError *error, DatabaseOutcome usual)
{
  if (g_error_matches (error, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST))
    return DATABASE_UNREACHABLE;
  return g_error_matches (error, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT) ? DATABASE_LOCKED
                                                                    : usual;
}

const JournalRun *
database_work_find (DatabaseWork *work, const char *word)
{
  g_autoptr (GError) error = NULL;
  const JournalRun *found = NULL;

  if (work->run == NULL)
    return NULL;
  if (!database_run_find (work->run, word, &found, &error))
    {
      work->outcome = outcome_of (error, DATABASE_REFUSED);
      keep_error (work, error);
      find_next (work);
    }
  return found;
}

static void
add_other (DatabaseWork *work, const JournalRun *run, RecordedPlan *recorded,
           GPtrArray *others)
{
  OtherRun *other = g_new0 (OtherRun, 1);

  g_ptr_array_add (work->others, recorded);
  *other = (OtherRun){ .plan = recorded->plan,
                       .is_complete = run->state == RUN_COMPLETE,
                       .definitions = run->definitions };
  g_ptr_array_add (others, other);
}

/* The other migrations that are under way here. */
static gboolean
load_others (DatabaseWork *work, const char *id, GPtrArray *others, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  if (!database_run_unfinished (work->run, runs, error))
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    {
      const JournalRun *run = runs->pdata[i];
      if (g_str_equal (run->id, id))
        continue;
      RecordedPlan *recorded = recorded_plan_new (run, error);
      if (recorded == NULL)
        return FALSE;
      add_other (work, run, recorded, others);
    }
  return TRUE;
}

/* Those that came after the one that is to be taken back.  What another version has
 * recorded in another way is long over: it does not keep anybody from going back. */
static gboolean
load_later (DatabaseWork *work, const char *id, GPtrArray *others, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  if (!database_run_later (work->run, id, runs, error))
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    {
      RecordedPlan *recorded = recorded_plan_new (runs->pdata[i], NULL);
      if (recorded != NULL)
        add_other (work, runs->pdata[i], recorded, others);
    }
  return TRUE;
}

void
database_work_go (DatabaseWork *work, DatabaseGoal goal, const Migration *migration,
                  MigrationPlan *plan, const char *source, const char *file,
                  DiagnosticList *diagnostics)
{
  g_autofree char *checksum = checksum_of_file (source, strlen (source));
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const DatabaseJob job = { .migration = migration,
                            .plan = plan,
                            .source = source,
                            .checksum = checksum,
                            .file = file,
                            .others = others };

  if (work->run == NULL)
    return;
  work->goal = goal;
  if (load_others (work, migration->id, others, &error)
      && (goal != DATABASE_GOAL_ABORT
          || load_later (work, migration->id, others, &error)))
    work->outcome = database_run_go (work->run, goal, &job, diagnostics, &error);
  else
    work->outcome = outcome_of (error, DATABASE_DRIFTED);
  keep_error (work, error);
  if (work->outcome == DATABASE_REFUSED
      && diagnostic_list_count (diagnostics, SEVERITY_ERROR) > 0)
    work->usage = EXIT_CODE_INVALID;
  find_next (work);
}

int
database_work_exit_code (const DatabaseWork *work)
{
  if (work->usage != EXIT_CODE_DONE)
    return (int) work->usage;
  if (work->outcome == DATABASE_INTERRUPTED)
    return (int) EXIT_CODE_SIGNAL + interrupt_signal ();
  return (int) OUTCOMES[work->outcome].code;
}

const char *
database_work_failure (const DatabaseWork *work)
{
  return work->failure;
}

const char *const *
database_work_details (const DatabaseWork *work)
{
  return work->run != NULL ? database_run_details (work->run) : NULL;
}

const char *
database_work_state (const DatabaseWork *work)
{
  const JournalRun *record = work->run != NULL ? database_run_record (work->run) : NULL;

  if (work->run != NULL && CONTACTS[database_run_contact (work->run)] != NULL)
    return CONTACTS[database_run_contact (work->run)];
  if (work->outcome == DATABASE_STOPPED && record != NULL && record->state == RUN_WAITING)
    return "as before this call: it waits for its contract";
  if (work->outcome == DATABASE_STOPPED && record != NULL
      && record->state == RUN_COMPLETE)
    return "as before this call: it is complete";
  return OUTCOMES[work->outcome].state;
}

const char *
database_work_next (const DatabaseWork *work)
{
  return work->next;
}

const MigrationExecutor *
database_work_executor (const DatabaseWork *work)
{
  return work->run != NULL ? database_run_executor (work->run) : NULL;
}

const Database *
database_work_tables (DatabaseWork *work)
{
  if (work->run != NULL && work->tables == NULL)
    work->tables = database_run_tables (work->run, work->options->max_rows, NULL);
  return work->tables;
}

const guint64 *
database_work_row_counts (DatabaseWork *work)
{
  const Database *tables = database_work_tables (work);
  gboolean is_shown
      = work->options->verbose || work->options->format == REPORT_FORMAT_JSON;

  if (work->row_counts != NULL || tables == NULL || !is_shown)
    return work->row_counts;
  work->row_counts = g_new0 (guint64, tables->tables->len + 1);
  for (guint i = 0; i < tables->tables->len; i++)
    {
      const Table *table = tables->tables->pdata[i];
      if (!database_run_count (work->run, table->name, &work->row_counts[i], NULL))
        work->row_counts[i] = table_n_rows (table);
    }
  return work->row_counts;
}

const char *
database_work_engine (const DatabaseWork *work)
{
  return work->engine;
}
