/* SPDX-License-Identifier: Apache-2.0
 *
 * One file from its bytes to its report.
 */
#include "config.h"

#include "commands/file_run.h"

#include <string.h>

#include "commands/database_engine.h"
#include "commands/database_work.h"
#include "commands/engine_options.h"
#include "commands/exit_code.h"
#include "commands/server_answers.h"
#include "commands/source_file.h"
#include "engine/memory/memory.h"
#include "engine/sql/action_plan.h"
#include "load/load.h"
#include "model/error.h"
#include "model/text.h"
#include "planner/planner.h"
#include "safety/safety.h"

struct FileRun
{
  FileReport report; /* what is below, borrowed */
  const Options *options;
  SafetyOptions safety;
  gboolean broken_project;
  Past *past;
  RecordedFiles *recorded;
  RecordedEdit edit;
  const char *path; /* as it was given */
  GBytes *source;
  DiagnosticList *diagnostics;
  Migration *migration;
  MigrationPlan *plan;
  GPtrArray *effects;
  Arena *arena; /* of the effects of a plain SQL file */
  EngineSession *session;
  MigrationExecutor *executor;
  Database *tables;
  Rehearsal *rehearsal;
  DatabaseWork *work;
  GPtrArray *action_plans; /* ActionPlan *, owned */
  GArray *engine_plans;    /* EnginePlan */
  GError *error;
};

/* Stops the file with @code; the first stop counts. */
static gboolean
stop (FileRun *run, ExitCode code)
{
  run->report.exit_code = (int) code;
  run->report.failure = run->error != NULL ? run->error->message : NULL;
  return FALSE;
}

/* A stop that only reports where the caller asked for nothing more. */
static gboolean
refuse_findings (FileRun *run)
{
  Severity worst = run->report.refused_from;
  gboolean runs = run->report.subject == REPORT_OF_RUN
                  || run->report.subject == REPORT_OF_REHEARSAL;

  if (run->broken_project)
    return stop (run, EXIT_CODE_INVALID);
  if (run->options->fail_on == FAIL_ON_NEVER && !runs)
    return TRUE;
  if (diagnostic_list_count (run->diagnostics, worst) == 0)
    return TRUE;
  return stop (run, EXIT_CODE_INVALID);
}

static gboolean
read_source (FileRun *run, const char *path)
{
  run->source = source_file_read (path, run->report.file, run->diagnostics);
  run->report.source = run->source;
  return run->source != NULL || stop (run, EXIT_CODE_INVALID);
}

/* Plain SQL ---------------------------------------------------------------------- */

static gboolean
is_sql (const char *path)
{
  gsize length = strlen (path);

  return length >= 4 && g_ascii_strcasecmp (path + length - 4, ".sql") == 0;
}

static gboolean
refuse_sql (FileRun *run, Location location, const char *help, const char *message)
{
  location.file = run->report.file;
  diagnostic_list_add (run->diagnostics, SEVERITY_ERROR, "load", location, help, "%s",
                       message);
  return stop (run, EXIT_CODE_INVALID);
}

/* The place of @at, before which the text is UTF-8. */
static Location
location_of (const char *text, const char *at)
{
  Location location = { .line = 1 };
  const char *line = text;

  while (text < at)
    {
      gsize n = text_line_break_length (text, (gsize) (at - text));

      text += MAX (n, 1);
      line = n > 0 ? text : line;
      location.line += n > 0 ? 1 : 0;
    }
  location.column = (guint) g_utf8_strlen (line, at - line) + 1;
  return location;
}

/* The text, which lives as long as the run; NULL with a finding. */
static const char *
sql_text (FileRun *run)
{
  gsize length;
  const char *bytes = g_bytes_get_data (run->source, &length), *bad;

  if (length > LOAD_MAX_BYTES)
    refuse_sql (run, (Location){ 0 }, NULL, "the file is too large");
  else if (length > 0 && !g_utf8_validate (bytes, (gssize) length, &bad))
    refuse_sql (run, location_of (bytes, bad), "save the file as UTF-8 text",
                "no UTF-8 text");
  else
    return arena_strndup (run->arena, bytes != NULL ? bytes : "", length);
  return NULL;
}

/* A file of statements says nothing of its engine: unless the user does, it is
 * PostgreSQL's. */
static void
choose_dialect (FileRun *run)
{
  const Project *project = run->safety.project;

  if (!run->options->has_engines && (project == NULL || project->engines == NULL))
    run->safety.target.engines = TARGET_POSTGRES;
}

static gboolean
check_sql (FileRun *run, const char *path)
{
  if (run->report.subject != REPORT_OF_VALIDATION)
    return refuse_sql (run, (Location){ 0 },
                       "`zdm-run --validate-only` checks it; to run it, put its "
                       "statements into a migration as `sql:`",
                       "a plain SQL file is no migration and cannot be run");
  run->arena = arena_new ();
  const char *text = read_source (run, path) ? sql_text (run) : NULL;
  if (text == NULL)
    return FALSE;
  choose_dialect (run);
  run->safety.history = past_before (run->past, run->path, &run->safety.target);
  safety_check_sql (run->report.file, text, &run->safety, run->arena, &run->effects,
                    run->diagnostics);
  past_add (run->past, run->path, NULL, run->effects);
  run->report.effects = run->effects;
  return refuse_findings (run);
}

/* Migrations ------------------------------------------------------------------ */

static gboolean
load (FileRun *run, const char *path)
{
  gsize length;

  if (!read_source (run, path))
    return FALSE;
  const char *bytes = g_bytes_get_data (run->source, &length);
  run->migration = load_bytes (run->report.file, bytes != NULL ? bytes : "", length,
                               run->diagnostics);
  run->report.migration = run->migration;
  return run->migration != NULL || stop (run, EXIT_CODE_INVALID);
}

/* What the database of --url has recorded under the file's id, where that is asked. */
static void
compare_recorded (FileRun *run)
{
  gsize length;
  const char *bytes = g_bytes_get_data (run->source, &length);

  if (run->recorded != NULL
      && recorded_files_edit (run->recorded, run->migration->id, bytes, length,
                              &run->edit))
    run->safety.edit = &run->edit;
}

static gboolean
plan (FileRun *run)
{
  run->plan = planner_plan (run->migration, run->diagnostics);
  run->report.plan = run->plan;
  if (run->plan == NULL)
    return stop (run, EXIT_CODE_INVALID);
  memory_check_rows (run->migration, run->diagnostics);
  if (!refuse_findings (run))
    return FALSE;
  run->safety.history = past_before (run->past, run->path, &run->safety.target);
  compare_recorded (run);
  safety_check (run->migration, run->plan, &run->safety, run->plan->arena, &run->effects,
                run->diagnostics);
  past_add (run->past, run->path, run->migration, run->effects);
  run->report.effects = run->effects;
  /* A rehearsal shows what a rule only says; see prove(). */
  return run->report.subject == REPORT_OF_REHEARSAL || refuse_findings (run);
}

static gboolean
check_fail_at (FileRun *run)
{
  guint n_steps = migration_plan_n_steps (run->plan);

  if (run->options->fail_at <= n_steps)
    return TRUE;
  g_set_error (&run->error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "--fail-at %u: the plan has %u step%s", run->options->fail_at, n_steps,
               n_steps == 1 ? "" : "s");
  return stop (run, EXIT_CODE_USAGE);
}

static gboolean
open_engine (FileRun *run)
{
  run->session = engine_open (&engine_memory, run->migration, &run->error);
  if (run->session == NULL)
    return stop (run, EXIT_CODE_INVALID);
  engine_check (run->session, run->plan, run->diagnostics);
  return refuse_findings (run);
}

static const ExitCode EXECUTION_CODES[] = {
  [EXECUTION_COMPLETE] = EXIT_CODE_DONE,
  [EXECUTION_STOPPED] = EXIT_CODE_DONE,
  [EXECUTION_ROLLED_BACK] = EXIT_CODE_ROLLED_BACK,
  [EXECUTION_STUCK] = EXIT_CODE_STUCK,
};

static void
execute (FileRun *run, const MigrationObserver *observer)
{
  const ExecutionOptions options = { .fail_at = run->options->fail_at,
                                     .has_until = run->options->has_until,
                                     .until = run->options->until,
                                     .observer = observer };
  g_autoptr (GError) error = NULL;

  if (!check_fail_at (run) || !open_engine (run))
    return;
  run->executor = migration_executor_new (run->plan, run->session, &options);
  run->report.executor = run->executor;
  ExecutionOutcome outcome = migration_executor_run (run->executor, &run->error);
  run->tables = engine_snapshot (run->session, &error);
  run->report.tables = run->tables;
  run->report.notes = memory_notes (run->session);
  stop (run, EXECUTION_CODES[outcome]);
}

/* Whether memory can run every step; what the rules found is no matter. */
static gboolean
can_rehearse (FileRun *run)
{
  guint n_errors = diagnostic_list_count (run->diagnostics, SEVERITY_ERROR);
  g_autoptr (EngineSession) session
      = engine_open (&engine_memory, run->migration, &run->error);

  if (session == NULL)
    return stop (run, EXIT_CODE_INVALID);
  engine_check (session, run->plan, run->diagnostics);
  return diagnostic_list_count (run->diagnostics, SEVERITY_ERROR) == n_errors
         || stop (run, EXIT_CODE_INVALID);
}

/* The text of the migration, as it goes into the journal. */
static const char *
source_text_of (const FileRun *run)
{
  gsize length;
  const char *bytes = g_bytes_get_data (run->source, &length);

  return arena_strndup (run->plan->arena, bytes != NULL ? bytes : "", length);
}

/* On scratch copies of the database of --url.  FALSE when that could not be done */
static gboolean
prove_on_database (FileRun *run)
{
  run->work
      = database_work_rehearse (run->options, run->migration, run->plan,
                                source_text_of (run), run->report.file, run->rehearsal);
  run->report.failure = database_work_failure (run->work);
  run->report.exit_code = database_work_exit_code (run->work);
  run->report.state = "the database was only read";
  return run->report.exit_code == EXIT_CODE_DONE;
}

static void
prove (FileRun *run)
{
  if (!can_rehearse (run))
    return;
  run->rehearsal = rehearse (run->migration, run->plan, &run->error);
  run->report.rehearsal = run->rehearsal;
  if (run->rehearsal != NULL && run->options->url != NULL && !prove_on_database (run))
    return;
  if (run->rehearsal == NULL || !run->rehearsal->green)
    stop (run, EXIT_CODE_RED);
  else
    refuse_findings (run);
}

/* On a database ----------------------------------------------------------------- */

static void
report_work (FileRun *run)
{
  DatabaseWork *work = run->work;

  run->report.engine = database_work_engine (work);
  run->report.executor = database_work_executor (work);
  run->report.tables = database_work_tables (work);
  run->report.row_counts = database_work_row_counts (work);
  run->report.exit_code = database_work_exit_code (work);
  run->report.failure = database_work_failure (work);
  run->report.details = database_work_details (work);
  run->report.state = database_work_state (work);
  run->report.next = database_work_next (work);
}

static void
work_on (FileRun *run, DatabaseGoal goal)
{
  database_work_go (run->work, goal, run->migration, run->plan, source_text_of (run),
                    run->report.file, run->diagnostics);
  report_work (run);
}

static void
execute_on_database (FileRun *run, const MigrationObserver *observer)
{
  if (!check_fail_at (run))
    return;
  run->work = database_work_new (run->options, observer);
  work_on (run, DATABASE_GOAL_RUN);
}

/* The recorded text is the file then. */
static gboolean
read_recorded (FileRun *run, const char *word)
{
  const JournalRun *record = database_work_find (run->work, word);

  if (record == NULL)
    return FALSE;
  run->report.file = record->file;
  run->source = g_bytes_new (record->source, strlen (record->source));
  run->report.source = run->source;
  return TRUE;
}

static gboolean
plan_recorded (FileRun *run)
{
  gsize length;
  const char *bytes = g_bytes_get_data (run->source, &length);

  run->migration = load_bytes (run->report.file, bytes != NULL ? bytes : "", length,
                               run->diagnostics);
  run->report.migration = run->migration;
  if (run->migration != NULL)
    run->plan = planner_plan (run->migration, run->diagnostics);
  run->report.plan = run->plan;
  return run->plan != NULL || stop (run, EXIT_CODE_INVALID);
}

static gboolean
is_file (const char *word)
{
  return word != NULL && g_file_test (word, G_FILE_TEST_IS_REGULAR);
}

static void
go_on (FileRun *run, const char *word, DatabaseGoal goal,
       const MigrationObserver *observer)
{
  if (is_file (word) && (!read_source (run, word) || !plan_recorded (run)))
    return;
  run->work = database_work_new (run->options, observer);
  if (run->plan == NULL && (!read_recorded (run, word) || !plan_recorded (run)))
    {
      report_work (run);
      return;
    }
  work_on (run, goal);
}

/* What it comes to on engines ------------------------------------------------- */

static const struct
{
  guint target;
  const char *engine;
} ENGINES_OF_TARGETS[] = {
  { TARGET_SQLITE, "sqlite" },
  { TARGET_POSTGRES, "postgres" },
  { TARGET_MARIADB, "mariadb" },
};

static ActionPlan *
add_engine_plan (FileRun *run, const SqlEngine *engine)
{
  ActionPlan *actions
      = action_plan_new (engine, run->migration, run->plan, run->diagnostics);

  if (actions == NULL)
    return NULL;
  const EnginePlan plan = { .engine = engine->name, .actions = actions->actions };
  g_ptr_array_add (run->action_plans, actions);
  g_array_append_val (run->engine_plans, plan);
  return actions;
}

/* A database that cannot be opened is an error, one that gives no answers is none. */
static gboolean
ask_server (FileRun *run, const ActionPlan *actions)
{
  const char *note = server_answers_ask (run->options->url, actions, run->diagnostics,
                                         run->plan->arena, &run->error);

  if (run->error != NULL)
    {
      run->report.state = "untouched";
      run->report.next = "see that the database can be opened as --url says";
      return stop (run, EXIT_CODE_CANNOT_CONNECT);
    }
  if (note == NULL)
    return TRUE;
  const char **notes = arena_new_array (run->plan->arena, const char *, 2);
  notes[0] = note;
  notes[1] = NULL;
  run->report.notes = notes;
  return TRUE;
}

/* What it is on the database of --url.  FALSE: it could not be opened */
static gboolean
plan_database (FileRun *run, const SqlEngine *engine)
{
  const ActionPlan *actions = engine != NULL ? add_engine_plan (run, engine) : NULL;

  if (actions == NULL)
    return TRUE;
  run->report.state = "the database was only read";
  return ask_server (run, actions);
}

static void
plan_engines (FileRun *run)
{
  const SqlEngine *engine = NULL;

  run->action_plans = g_ptr_array_new_with_free_func ((GDestroyNotify) action_plan_free);
  run->engine_plans = g_array_new (FALSE, FALSE, sizeof (EnginePlan));
  if (run->options->url != NULL)
    engine = database_engine_find (run->options->url, NULL);
  gboolean opened = plan_database (run, engine);
  for (guint i = 0; run->options->has_engines && i < G_N_ELEMENTS (ENGINES_OF_TARGETS);
       i++)
    {
      const SqlEngine *other = sql_engine_find (ENGINES_OF_TARGETS[i].engine);
      if ((run->options->engines & ENGINES_OF_TARGETS[i].target) != 0 && other != NULL
          && other != engine)
        add_engine_plan (run, other);
    }
  run->report.engine_plans = (const EnginePlan *) run->engine_plans->data;
  run->report.n_engine_plans = run->engine_plans->len;
  if (opened)
    refuse_findings (run);
}

/* The findings of zdm.yaml come first, with the first file that it concerns. */
static void
find_project (FileRun *run, const char *path, ProjectFinder *projects)
{
  guint n_errors = diagnostic_list_count (run->diagnostics, SEVERITY_ERROR);

  run->safety.project = project_finder_find (projects, path, run->diagnostics);
  run->broken_project
      = diagnostic_list_count (run->diagnostics, SEVERITY_ERROR) > n_errors;
  engine_options_apply (run->options, run->safety.project, &run->safety.target);
}

/* A zdm.yaml among the migrations: *.yaml finds it too. */
static void
check_project (FileRun *run, const char *path, ProjectFinder *projects)
{
  if (!project_finder_check (projects, path, run->diagnostics))
    stop (run, EXIT_CODE_INVALID);
}

static void
go (FileRun *run, const char *path, ProjectFinder *projects,
    const MigrationObserver *observer)
{
  find_project (run, path, projects);
  if (is_sql (path))
    {
      check_sql (run, path);
      return;
    }
  if (!load (run, path) || !plan (run))
    return;
  if (run->report.subject == REPORT_OF_RUN && run->options->url != NULL)
    execute_on_database (run, observer);
  else if (run->report.subject == REPORT_OF_RUN)
    execute (run, observer);
  else if (run->report.subject == REPORT_OF_PLAN)
    plan_engines (run);
  else if (run->report.subject == REPORT_OF_REHEARSAL)
    prove (run);
}

static FileRun *
run_new (const char *path, ReportSubject subject, const Options *options,
         const FileNeighbours *neighbours)
{
  FileRun *run = g_new0 (FileRun, 1);
  gboolean runs = subject == REPORT_OF_RUN || subject == REPORT_OF_REHEARSAL;

  run->options = options;
  run->past = neighbours->past;
  run->recorded = neighbours->recorded;
  run->path = path;
  run->diagnostics = diagnostic_list_new ();
  run->report = (FileReport){ .subject = subject,
                              .file = g_strcmp0 (path, "-") == 0 ? "<stdin>" : path,
                              .diagnostics = run->diagnostics,
                              .refused_from = options->fail_on == FAIL_ON_WARNING
                                                  ? SEVERITY_WARNING
                                                  : SEVERITY_ERROR,
                              .engine = runs ? engine_memory.name : NULL };
  if (run->recorded != NULL)
    run->report.state = "the database was only read";
  return run;
}

FileRun *
file_run_new (const char *path, ReportSubject subject, const Options *options,
              const FileNeighbours *neighbours, const MigrationObserver *observer)
{
  FileRun *run = run_new (path, subject, options, neighbours);

  if (subject == REPORT_OF_VALIDATION && project_finder_is_project (path))
    check_project (run, path, neighbours->projects);
  else
    go (run, path, neighbours->projects, observer);
  diagnostic_list_sort (run->diagnostics);
  return run;
}

FileRun *
file_run_new_recorded (const char *word, DatabaseGoal goal, const Options *options,
                       const FileNeighbours *neighbours,
                       const MigrationObserver *observer)
{
  FileRun *run = run_new (word, REPORT_OF_RUN, options, neighbours);

  if (word == NULL)
    run->report.file = "the journal";
  go_on (run, word, goal, observer);
  diagnostic_list_sort (run->diagnostics);
  return run;
}

void
file_run_free (FileRun *run)
{
  g_clear_pointer (&run->rehearsal, rehearsal_free);
  g_clear_pointer (&run->work, database_work_free);
  g_clear_pointer (&run->engine_plans, g_array_unref);
  g_clear_pointer (&run->action_plans, g_ptr_array_unref);
  g_clear_pointer (&run->tables, database_free);
  g_clear_pointer (&run->executor, migration_executor_free);
  g_clear_pointer (&run->session, engine_close);
  g_clear_pointer (&run->effects, g_ptr_array_unref);
  g_clear_pointer (&run->plan, migration_plan_free);
  g_clear_pointer (&run->migration, migration_free);
  g_clear_pointer (&run->arena, arena_free);
  g_clear_pointer (&run->source, g_bytes_unref);
  diagnostic_list_free (run->diagnostics);
  g_clear_error (&run->error);
  g_free (run);
}

const FileReport *
file_run_report (const FileRun *run)
{
  return &run->report;
}
