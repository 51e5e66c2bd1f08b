/* SPDX-License-Identifier: Apache-2.0
 *
 * One file from its bytes to its report.
 */
#include "config.h"

#include "commands/file_run.h"

#include "commands/engine_options.h"
#include "commands/exit_code.h"
#include "commands/source_file.h"
#include "engine/memory/memory.h"
#include "load/load.h"
#include "model/error.h"
#include "planner/planner.h"
#include "safety/safety.h"

struct FileRun
{
  FileReport report; /* what is below, borrowed */
  const Options *options;
  SafetyOptions safety;
  gboolean broken_project;
  Past *past;
  const char *path; /* as it was given */
  GBytes *source;
  DiagnosticList *diagnostics;
  Migration *migration;
  MigrationPlan *plan;
  GPtrArray *effects;
  EngineSession *session;
  MigrationExecutor *executor;
  Database *tables;
  Rehearsal *rehearsal;
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
load (FileRun *run, const char *path)
{
  gsize length;

  run->source = source_file_read (path, run->report.file, run->diagnostics);
  run->report.source = run->source;
  if (run->source == NULL)
    return stop (run, EXIT_CODE_INVALID);

  const char *bytes = g_bytes_get_data (run->source, &length);
  run->migration = load_bytes (run->report.file, bytes != NULL ? bytes : "", length,
                               run->diagnostics);
  run->report.migration = run->migration;
  return run->migration != NULL || stop (run, EXIT_CODE_INVALID);
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

static void
prove (FileRun *run)
{
  if (!can_rehearse (run))
    return;
  run->rehearsal = rehearse (run->migration, run->plan, &run->error);
  run->report.rehearsal = run->rehearsal;
  if (run->rehearsal == NULL || !run->rehearsal->green)
    stop (run, EXIT_CODE_RED);
  else
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

FileRun *
file_run_new (const char *path, ReportSubject subject, const Options *options,
              const FileNeighbours *neighbours, const MigrationObserver *observer)
{
  FileRun *run = g_new0 (FileRun, 1);
  gboolean runs = subject == REPORT_OF_RUN || subject == REPORT_OF_REHEARSAL;

  run->options = options;
  run->past = neighbours->past;
  run->path = path;
  run->diagnostics = diagnostic_list_new ();
  run->report = (FileReport){ .subject = subject,
                              .file = g_str_equal (path, "-") ? "<stdin>" : path,
                              .diagnostics = run->diagnostics,
                              .refused_from = options->fail_on == FAIL_ON_WARNING
                                                  ? SEVERITY_WARNING
                                                  : SEVERITY_ERROR,
                              .engine = runs ? engine_memory.name : NULL };
  find_project (run, path, neighbours->projects);
  if (load (run, path) && plan (run))
    {
      if (subject == REPORT_OF_RUN)
        execute (run, observer);
      else if (subject == REPORT_OF_REHEARSAL)
        prove (run);
    }
  diagnostic_list_sort (run->diagnostics);
  return run;
}

void
file_run_free (FileRun *run)
{
  g_clear_pointer (&run->rehearsal, rehearsal_free);
  g_clear_pointer (&run->tables, database_free);
  g_clear_pointer (&run->executor, migration_executor_free);
  g_clear_pointer (&run->session, engine_close);
  g_clear_pointer (&run->effects, g_ptr_array_unref);
  g_clear_pointer (&run->plan, migration_plan_free);
  g_clear_pointer (&run->migration, migration_free);
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
