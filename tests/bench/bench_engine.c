/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_engine FILE: where the time of a run in memory goes, and what its rollback takes.
 *
 * All steps are run, then all of them are rolled back.  Prints milliseconds, the last one
 * in microseconds:
 *
 *   LOAD OPEN RUN ROLLBACK
 */
#include "config.h"

#include "bench.h"

#include "engine/memory/memory.h"
#include "load/load.h"
#include "planner/planner.h"
#include "runner/executor.h"

static double
run (MigrationExecutor *executor)
{
  gint64 start_us = g_get_monotonic_time ();

  if (migration_executor_run (executor, NULL) != EXECUTION_COMPLETE)
    give_up ("the run fails");
  return milliseconds_since (start_us);
}

static double
roll_back (MigrationExecutor *executor)
{
  gint64 start_us = g_get_monotonic_time ();

  if (migration_executor_roll_back (executor, "measured", NULL) != EXECUTION_ROLLED_BACK)
    give_up ("the rollback fails");
  return milliseconds_since (start_us);
}

int
main (int argc, char **argv)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  gint64 start_us = g_get_monotonic_time ();

  g_set_prgname ("bench_engine");
  if (argc != 2)
    give_up ("usage: bench_engine FILE");
  Migration *migration = load_file (argv[1], diagnostics);
  double load_ms = milliseconds_since (start_us);
  MigrationPlan *plan = migration != NULL ? planner_plan (migration, diagnostics) : NULL;
  if (plan == NULL)
    give_up ("the file does not load");

  start_us = g_get_monotonic_time ();
  EngineSession *session = engine_open (&engine_memory, migration, NULL);
  double open_ms = milliseconds_since (start_us);
  if (session == NULL)
    give_up ("the rows do not keep the constraints");

  MigrationExecutor *executor = migration_executor_new (plan, session, NULL);
  double run_ms = run (executor);
  double rollback_ms = roll_back (executor);
  g_print ("%.2f %.2f %.2f %.0f\n", load_ms, open_ms, run_ms, rollback_ms * 1000);
  migration_executor_free (executor);
  engine_close (session);
  migration_plan_free (plan);
  migration_free (migration);
  return 0;
}
