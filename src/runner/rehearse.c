/* SPDX-License-Identifier: Apache-2.0
 *
 * Rehearsal: clients at every boundary, and the laws that hold for every migration.
 */
#include "config.h"

#include "runner/rehearse.h"

#include "engine/memory/memory.h"
#include "engine/memory/verify.h"
#include "model/error.h"
#include "runner/client_check.h"
#include "runner/executor.h"
#include "runner/narrowing.h"
#include "runner/relations.h"

typedef struct
{
  Rehearsal *rehearsal;
  MigrationPlan *plan; /* a fresh one, no step marked */
  const Migration *migration;
  Database *start;
  EngineSession *final_session; /* of a run without writes */
  const Database *final;        /* as it leaves the tables; NULL when it fails */
  GPtrArray *relations;
  Arena *arena;
} Stage;

static void
add_note (Stage *stage, const char *note)
{
  g_ptr_array_add (stage->rehearsal->notes, (gpointer) note);
}

static void
add_law (Stage *stage, const char *name, const char *reason)
{
  RehearsalLaw *law = arena_new0 (stage->arena, RehearsalLaw);

  law->name = name;
  law->reason = reason;
  law->holds = reason == NULL;
  if (!law->holds)
    stage->rehearsal->green = FALSE;
  g_ptr_array_add (stage->rehearsal->laws, law);
}

/* A rehearsal looks at the migration itself: a mark is no part of it. */
static void
clear_marks (Stage *stage)
{
  for (guint i = 0; i < migration_plan_n_steps (stage->plan); i++)
    {
      MigrationStep *step = migration_plan_step (stage->plan, i);
      if (!step->fail)
        continue;
      step->fail = FALSE;
      add_note (stage, arena_printf (
                           stage->arena,
                           "step %u is marked 'fail: true'; rehearsed as if it were not",
                           step->index));
    }
}

/* What runs on other engines only is no part of what is proven. */
static void
note_skipped (Stage *stage)
{
  for (guint i = 0; i < migration_plan_n_steps (stage->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (stage->plan, i);
      if (!operation_runs_on (step->operation, "memory"))
        add_note (stage,
                  arena_printf (stage->arena, "step %u (%s) does not run in memory",
                                step->index, step->description));
    }
}

/* Runs ------------------------------------------------------------------------- */

typedef struct
{
  EngineSession *session;
  MigrationPlan *plan;
  MigrationExecutor *executor;
  ExecutionOutcome outcome;
  GError *error;
} Run;

static gboolean
run_open (Run *run, const Stage *stage, const ExecutionOptions *options, GError **error)
{
  *run = (Run){ 0 };
  run->session = engine_open (&engine_memory, stage->migration, error);
  if (run->session == NULL)
    return FALSE;
  run->plan = migration_plan_fresh (stage->plan);
  run->executor = migration_executor_new (run->plan, run->session, options);
  run->outcome = migration_executor_run (run->executor, &run->error);
  return TRUE;
}

static void
run_close (Run *run)
{
  migration_executor_free (run->executor);
  migration_plan_free (run->plan);
  engine_close (run->session);
  g_clear_error (&run->error);
}

/* Why the run's tables are not those of the start; NULL when they are. */
static const char *
not_the_start (const Stage *stage, const Run *run)
{
  g_autofree char *difference
      = database_difference (memory_database (run->session), stage->start);

  return difference != NULL ? arena_strdup (stage->arena, difference) : NULL;
}

static const char *
error_text (const Stage *stage, const GError *error)
{
  return arena_strdup (stage->arena,
                       error != NULL ? error->message : "it ended otherwise");
}

/* Laws ------------------------------------------------------------------------- */

static void
law_of_completion (Stage *stage)
{
  Run run;
  const char *reason = NULL;

  if (!run_open (&run, stage, NULL, NULL))
    return;
  if (run.outcome == EXECUTION_COMPLETE)
    {
      stage->final_session = g_steal_pointer (&run.session);
      stage->final = memory_database (stage->final_session);
    }
  else
    reason = arena_printf (
        stage->arena, "step %u: %s",
        run.executor->failed_step != NULL ? run.executor->failed_step->index : 0,
        error_text (stage, run.error));
  add_law (stage, "it runs to its end", reason);
  run_close (&run);
}

static void
law_of_fault (Stage *stage, guint step)
{
  ExecutionOptions options = { .fail_at = step };
  const char *reason = NULL;
  Run run;

  if (!run_open (&run, stage, &options, NULL))
    return;
  reason = run.outcome == EXECUTION_ROLLED_BACK ? not_the_start (stage, &run)
                                                : error_text (stage, run.error);
  add_law (stage,
           arena_printf (stage->arena, "a fault at step %u leaves the start", step),
           reason);
  run_close (&run);
}

static void
law_of_abort (Stage *stage, gboolean has_until, MigrationPhase until)
{
  ExecutionOptions options = { .has_until = has_until, .until = until };
  const char *reason = NULL;
  g_autoptr (GError) error = NULL;
  Run run;

  if (has_until && !migration_plan_has_phase (stage->plan, until))
    return;
  if (!run_open (&run, stage, &options, NULL))
    return;
  if (run.outcome == EXECUTION_ROLLED_BACK || run.outcome == EXECUTION_STUCK)
    {
      run_close (&run);
      return; /* the law of completion says so */
    }
  if (migration_executor_roll_back (run.executor, "rehearsal", &error)
      == EXECUTION_ROLLED_BACK)
    reason = not_the_start (stage, &run);
  else
    reason = error_text (stage, error);
  add_law (stage,
           has_until ? arena_printf (stage->arena, "an abort after %s leaves the start",
                                     migration_phase_to_word (until))
                     : "undoing all of it leaves the start",
           reason);
  run_close (&run);
}

static void
law_of_repetition (Stage *stage)
{
  const char *reason = NULL;
  Run run;

  if (stage->final == NULL || !run_open (&run, stage, NULL, NULL))
    return;
  g_autofree char *difference
      = database_difference (memory_database (run.session), stage->final);
  if (difference != NULL)
    reason = arena_strdup (stage->arena, difference);
  add_law (stage, "a second run gives the same tables", reason);
  run_close (&run);
}

static gboolean
is_repeatable (const MigrationStep *step)
{
  OperationKind kind = step->operation->kind;

  return kind == OPERATION_BACKFILL || kind == OPERATION_COPY_ROWS
         || kind == OPERATION_REPAIR;
}

/* What a crash between a chunk and its record does: the same work once more. */
static void
law_of_twice (Stage *stage, EngineSession *session, const MigrationStep *step)
{
  g_autoptr (EngineSession) fork = memory_fork (session);
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;

  if (!is_repeatable (step) || !operation_runs_on (step->operation, "memory"))
    return;
  if (!engine_apply (fork, step, &error))
    reason = error_text (stage, error);
  else
    {
      g_autofree char *difference
          = database_difference (memory_database (fork), memory_database (session));
      reason = difference != NULL ? arena_strdup (stage->arena, difference) : NULL;
    }
  add_law (stage,
           arena_printf (stage->arena, "step %u twice is step %u once", step->index,
                         step->index),
           reason);
}

/* Clients ---------------------------------------------------------------------- */

static void
check_client (Stage *stage, const CheckPoint *point, guint client)
{
  Rehearsal *rehearsal = stage->rehearsal;
  RehearsalCell *cell
      = &rehearsal->cells[point->boundary * rehearsal->n_clients + client];
  const Client *declared = g_ptr_array_index (stage->migration->clients, client);

  if (!client_is_active (declared, stage->plan, point->boundary))
    return;
  cell->reason = client_check (point, declared);
  cell->result = cell->reason == NULL ? REHEARSAL_GREEN : REHEARSAL_RED;
  if (cell->result == REHEARSAL_RED)
    rehearsal->green = FALSE;
}

static void
note_narrowing (Stage *stage, const CheckPoint *point, guint client)
{
  const char *note
      = narrowing_note (point, g_ptr_array_index (stage->migration->clients, client));

  if (note != NULL)
    add_note (stage, note);
}

static void
check_boundary (Stage *stage, EngineSession *session, guint boundary)
{
  CheckPoint point = {
    .migration = stage->migration,
    .plan = stage->plan,
    .relations = stage->relations,
    .start = stage->start,
    .final = stage->final != NULL ? stage->final : stage->start,
    .session = session,
    .boundary = boundary,
    .notes = stage->rehearsal->notes,
    .arena = stage->arena,
  };

  for (guint i = 0; i < stage->rehearsal->n_clients; i++)
    {
      check_client (stage, &point, i);
      if (boundary == migration_plan_n_steps (stage->plan))
        note_narrowing (stage, &point, i);
    }
}

static void
walk (Stage *stage, EngineSession *session)
{
  check_boundary (stage, session, 0);
  for (guint i = 0; i < migration_plan_n_steps (stage->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (stage->plan, i);
      if (operation_runs_on (step->operation, "memory")
          && !engine_apply (session, step, NULL))
        return; /* the law of completion says why */
      law_of_twice (stage, session, step);
      check_boundary (stage, session, i + 1);
    }
}

static void
check_laws (Stage *stage)
{
  for (guint step = 1; step <= migration_plan_n_steps (stage->plan); step++)
    law_of_fault (stage, step);
  law_of_abort (stage, TRUE, MIGRATION_PHASE_EXPANDING);
  law_of_abort (stage, TRUE, MIGRATION_PHASE_MIGRATING);
  law_of_abort (stage, FALSE, MIGRATION_PHASE_COMPLETE);
  law_of_repetition (stage);
}

/* All of it -------------------------------------------------------------------- */

/* Rows of the start of which `backward` does not give back what they were. */
static void
note_losses (Stage *stage)
{
  for (guint i = 0; i < stage->relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (stage->relations, i);
      const Table *table = database_find (stage->start, relation->table);
      gsize row;
      if (table == NULL || !relation_loses (relation, table, &row))
        continue;
      add_note (
          stage,
          arena_printf (stage->arena,
                        "'backward' does not give back '%s' of %s: a write through '%s' "
                        "changes more of such a row than it means to",
                        name_list_to_string (relation->old_columns, stage->arena),
                        row_to_string (table, row, stage->arena),
                        name_list_to_string (relation->new_columns, stage->arena)));
    }
}

static Rehearsal *
rehearsal_new (const Migration *migration, const MigrationPlan *plan)
{
  Rehearsal *rehearsal = g_new0 (Rehearsal, 1);

  rehearsal->arena = arena_new ();
  rehearsal->migration = migration;
  rehearsal->plan = plan;
  rehearsal->n_boundaries = migration_plan_n_steps (plan) + 1;
  rehearsal->n_clients = migration->clients->len;
  rehearsal->cells = arena_new_array (rehearsal->arena, RehearsalCell,
                                      rehearsal->n_boundaries * rehearsal->n_clients + 1);
  rehearsal->laws = g_ptr_array_new ();
  rehearsal->notes = g_ptr_array_new ();
  rehearsal->green = TRUE;
  return rehearsal;
}

void
rehearsal_free (Rehearsal *rehearsal)
{
  if (rehearsal == NULL)
    return;
  g_ptr_array_unref (rehearsal->laws);
  g_ptr_array_unref (rehearsal->notes);
  arena_free (rehearsal->arena);
  g_free (rehearsal);
}

/* Why a plan cannot be rehearsed: the first step that memory cannot run. */
static gboolean
refuse_unsupported (EngineSession *session, const MigrationPlan *plan, GError **error)
{
  g_autoptr (DiagnosticList) obstacles = diagnostic_list_new ();

  engine_check (session, plan, obstacles);
  if (diagnostic_list_length (obstacles) == 0)
    return TRUE;
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                       diagnostic_list_get (obstacles, 0)->message);
  return FALSE;
}

static void
add_memory_notes (Stage *stage, EngineSession *session)
{
  const char *const *notes = memory_notes (session);

  for (guint i = 0; notes[i] != NULL; i++)
    add_note (stage, arena_strdup (stage->arena, notes[i]));
  if (stage->rehearsal->n_clients == 0)
    add_note (stage, "no clients are declared: nothing is promised to any application");
}

Rehearsal *
rehearse (const Migration *migration, const MigrationPlan *plan, GError **error)
{
  g_autoptr (EngineSession) session = engine_open (&engine_memory, migration, error);

  if (session == NULL || !refuse_unsupported (session, plan, error))
    return NULL;
  g_autoptr (MigrationPlan) fresh = migration_plan_fresh (plan);
  Rehearsal *rehearsal = rehearsal_new (migration, plan);
  Stage stage = {
    .rehearsal = rehearsal,
    .plan = fresh,
    .migration = migration,
    .start = database_copy (memory_database (session)),
    .arena = rehearsal->arena,
  };
  clear_marks (&stage);
  note_skipped (&stage);
  stage.relations = relations_of_plan (fresh, migration->tables, rehearsal->arena);
  law_of_completion (&stage);
  walk (&stage, session);
  check_laws (&stage);
  add_memory_notes (&stage, session);
  note_losses (&stage);
  g_ptr_array_unref (stage.relations);
  database_free (stage.start);
  engine_close (stage.final_session);
  return rehearsal;
}
