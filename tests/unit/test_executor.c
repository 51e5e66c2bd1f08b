/* SPDX-License-Identifier: Apache-2.0
 *
 * The executor alone, on an engine that only counts calls and fails when told to.
 */
#include "config.h"

#include "runner/executor.h"

#include <string.h>

#include "model/error.h"
#include "testing.h"

/* The fake engine --------------------------------------------------------------- */

typedef struct
{
  EngineSession base;
  guint n_calls; /* apply and undo together, from 1 */
  guint fail_at; /* that call fails; 0: none */
  guint also_fail_at;
  GString *calls; /* "+1 +2 -2 -1" */
} FakeSession;

static gboolean
fake_call (FakeSession *fake, char sign, const MigrationStep *step, GError **error)
{
  fake->n_calls++;
  g_string_append_printf (fake->calls, "%s%c%u", fake->calls->len > 0 ? " " : "", sign,
                          step->index);
  if (fake->n_calls != fake->fail_at && fake->n_calls != fake->also_fail_at)
    return TRUE;
  g_string_append_c (fake->calls, '!');
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "call %u fails", fake->n_calls);
  return FALSE;
}

static gboolean
fake_apply (EngineSession *session, const MigrationStep *step, GError **error)
{
  return fake_call ((FakeSession *) session, '+', step, error);
}

static gboolean
fake_undo (EngineSession *session, const MigrationStep *step, GError **error)
{
  return fake_call ((FakeSession *) session, '-', step, error);
}

static const Engine FAKE = { .name = "fake", .apply = fake_apply, .undo = fake_undo };

/* A plan of four steps, of which the third is for another engine. ----------------- */

typedef struct
{
  FakeSession fake;
  Operation operations[4];
  MigrationPlan *plan;
  ExecutionOptions options;
  MigrationExecutor *executor;
  GError *error;
} Rig;

static const char *const ELSEWHERE[] = { "postgres", NULL };
static const char *const HERE[] = { "postgres", "fake", NULL };

static Rig *
rig_new (void)
{
  static const MigrationPhase phases[]
      = { MIGRATION_PHASE_EXPANDING, MIGRATION_PHASE_MIGRATING, MIGRATION_PHASE_MIGRATING,
          MIGRATION_PHASE_CONTRACTING };
  static const char *const names[] = { "first", "second", "third", "fourth" };
  Rig *rig = g_new0 (Rig, 1);

  rig->fake.base.engine = &FAKE;
  rig->fake.calls = g_string_new (NULL);
  rig->plan = migration_plan_new ("M-1", "title");
  rig->operations[1].engines = HERE;
  rig->operations[2].engines = ELSEWHERE;
  for (guint i = 0; i < 4; i++)
    migration_plan_add_step (rig->plan, phases[i], &rig->operations[i], names[i], "undo");
  return rig;
}

static void
rig_free (Rig *rig)
{
  g_clear_pointer (&rig->executor, migration_executor_free);
  migration_plan_free (rig->plan);
  g_string_free (rig->fake.calls, TRUE);
  g_clear_error (&rig->error);
  g_free (rig);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

static ExecutionOutcome
rig_run (Rig *rig)
{
  g_clear_pointer (&rig->executor, migration_executor_free);
  rig->executor = migration_executor_new (rig->plan, &rig->fake.base, &rig->options);
  return migration_executor_run (rig->executor, &rig->error);
}

static char *
history (const Rig *rig)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rig->executor->history->len; i++)
    {
      const HistoryEntry *entry = rig->executor->history->pdata[i];
      ck_assert_str_eq (entry->migration_id, "M-1");
      g_string_append_printf (text, "[%s] %s\n", entry->phase, entry->message);
    }
  return g_strdup (text->str);
}

/* Forward ------------------------------------------------------------------------ */

TEST (run__takes_the_steps_in_order_and_ends_complete)
{
  g_autoptr (Rig) rig = rig_new ();

  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
  assert_no_error (rig->error);
  ck_assert_str_eq (rig->fake.calls->str, "+1 +2 +4");
  ck_assert_int_eq (rig->plan->phase, MIGRATION_PHASE_COMPLETE);
  ck_assert_double_eq (migration_plan_progress (rig->plan), 100.0);
}

TEST (history__has_an_entry_for_each_step_and_the_end)
{
  g_autoptr (Rig) rig = rig_new ();

  rig_run (rig);
  g_autofree char *text = history (rig);
  ck_assert_str_eq (text, "[EXPANDING] first\n"
                          "[MIGRATING] second\n"
                          "[MIGRATING] Skipped on fake: third\n"
                          "[CONTRACTING] fourth\n"
                          "[COMPLETE] Migration finished successfully\n");
}

TEST (plan__without_steps_is_complete_with_progress_zero)
{
  g_autoptr (Rig) rig = rig_new ();

  g_ptr_array_set_size (rig->plan->steps, 0);
  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
  ck_assert_double_eq (migration_plan_progress (rig->plan), 0.0);
  ck_assert_int_eq (rig->plan->phase, MIGRATION_PHASE_COMPLETE);
}

TEST (until__stops_when_the_phase_is_finished)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->options
      = (ExecutionOptions){ .has_until = TRUE, .until = MIGRATION_PHASE_MIGRATING };
  ck_assert_int_eq (rig_run (rig), EXECUTION_STOPPED);
  ck_assert_str_eq (rig->fake.calls->str, "+1 +2");
  ck_assert_int_eq (rig->plan->phase, MIGRATION_PHASE_MIGRATING);
  ck_assert_double_eq (migration_plan_progress (rig->plan), 75.0);
}

TEST (until__of_the_last_phase_is_all_of_it)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->options
      = (ExecutionOptions){ .has_until = TRUE, .until = MIGRATION_PHASE_CONTRACTING };
  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
}

TEST (run__goes_on_where_it_stopped)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->options
      = (ExecutionOptions){ .has_until = TRUE, .until = MIGRATION_PHASE_EXPANDING };
  rig_run (rig);
  rig->options.has_until = FALSE;
  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
  ck_assert_str_eq (rig->fake.calls->str, "+1 +2 +4");
}

/* Back --------------------------------------------------------------------------- */

TEST (failure__undoes_what_ran_in_reverse_for_every_step)
{
  static const char *const calls[] = { "+1!", "+1 +2! -1", "+1 +2 +4! -2 -1" };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (Rig) rig = rig_new ();
      rig->fake.fail_at = i + 1;
      ck_assert_int_eq (rig_run (rig), EXECUTION_ROLLED_BACK);
      ck_assert_str_eq (rig->fake.calls->str, calls[i]);
      ck_assert_int_eq (rig->plan->phase, MIGRATION_PHASE_ROLLED_BACK);
      ck_assert_double_eq (migration_plan_progress (rig->plan), 0.0);
      assert_error (rig->error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT);
      ck_assert_ptr_nonnull (rig->executor->failed_step);
      ck_assert_ptr_nonnull (rig->executor->failed_step->error);
    }
}

TEST (failure__is_in_the_history_newest_first)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->fake.fail_at = 3;
  rig_run (rig);
  g_autofree char *text = history (rig);
  ck_assert_str_eq (text, "[EXPANDING] first\n"
                          "[MIGRATING] second\n"
                          "[MIGRATING] Skipped on fake: third\n"
                          "[ROLLBACK] Rolled back: third\n"
                          "[ROLLBACK] Rolled back: second\n"
                          "[ROLLBACK] Rolled back: first\n"
                          "[ROLLED_BACK] Step 4 failed (fourth): call 3 fails\n");
}

TEST (undo__that_fails_is_stuck_and_says_both_causes)
{
  for (guint undo = 4; undo <= 5; undo++)
    {
      g_autoptr (Rig) rig = rig_new ();
      rig->fake.fail_at = 3;
      rig->fake.also_fail_at = undo;
      ck_assert_int_eq (rig_run (rig), EXECUTION_STUCK);
      ck_assert_int_ne (rig->plan->phase, MIGRATION_PHASE_ROLLED_BACK);
      ck_assert_ptr_nonnull (strstr (rig->error->message, "call 3 fails; then step "));
      ck_assert_ptr_nonnull (strstr (rig->error->message, "could not be rolled back"));
      ck_assert_str_eq (rig->fake.calls->str,
                        undo == 4 ? "+1 +2 +4! -2!" : "+1 +2 +4! -2 -1!");
    }
}

TEST (fail_at__fails_before_the_step_touches_anything)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->options.fail_at = 2;
  ck_assert_int_eq (rig_run (rig), EXECUTION_ROLLED_BACK);
  assert_error (rig->error, ZDM_ERROR, ZDM_ERROR_MARKED_TO_FAIL);
  ck_assert_str_eq (rig->fake.calls->str, "+1 -1");
}

TEST (marked_step__fails_when_it_runs)
{
  g_autoptr (Rig) rig = rig_new ();

  migration_plan_step (rig->plan, 3)->fail = TRUE;
  ck_assert_int_eq (rig_run (rig), EXECUTION_ROLLED_BACK);
  assert_error (rig->error, ZDM_ERROR, ZDM_ERROR_MARKED_TO_FAIL);
  ck_assert_str_eq (rig->fake.calls->str, "+1 +2 -2 -1");
}

TEST (marked_step__of_another_engine_does_not_run_here)
{
  g_autoptr (Rig) rig = rig_new ();

  migration_plan_step (rig->plan, 2)->fail = TRUE;
  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
}

TEST (roll_back__of_a_finished_run_is_an_abort)
{
  g_autoptr (Rig) rig = rig_new ();

  rig_run (rig);
  ck_assert_int_eq (migration_executor_roll_back (rig->executor, "told to", &rig->error),
                    EXECUTION_ROLLED_BACK);
  ck_assert_str_eq (rig->fake.calls->str, "+1 +2 +4 -4 -2 -1");
  const HistoryEntry *last
      = rig->executor->history->pdata[rig->executor->history->len - 1];
  ck_assert_str_eq (last->phase, "ROLLED_BACK");
  ck_assert_str_eq (last->message, "told to");
}

TEST (roll_back__of_nothing_does_nothing)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->executor = migration_executor_new (rig->plan, &rig->fake.base, NULL);
  ck_assert_int_eq (migration_executor_roll_back (rig->executor, "", &rig->error),
                    EXECUTION_ROLLED_BACK);
  ck_assert_str_eq (rig->fake.calls->str, "");
}

TEST (run__after_a_rollback_starts_over)
{
  g_autoptr (Rig) rig = rig_new ();

  rig->options.fail_at = 4;
  rig_run (rig);
  g_clear_error (&rig->error);
  rig->options.fail_at = 0;
  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
  ck_assert_double_eq (migration_plan_progress (rig->plan), 100.0);
  ck_assert_ptr_null (migration_plan_step (rig->plan, 3)->error);
}

/* Observer ----------------------------------------------------------------------- */

static void
on_started (gpointer data, const MigrationPlan *plan, const MigrationStep *step)
{
  ck_assert_int_eq (plan->phase, step->phase);
  g_string_append_printf (data, "s%u ", step->index);
}

static void
on_finished (gpointer data, const MigrationPlan *plan, const MigrationStep *step)
{
  (void) plan;
  ck_assert (step->executed);
  g_string_append_printf (data, "f%u ", step->index);
}

static void
on_undone (gpointer data, const MigrationPlan *plan, const MigrationStep *step)
{
  (void) plan;
  ck_assert (step->rolled_back);
  g_string_append_printf (data, "u%u ", step->index);
}

TEST (observer__hears_of_every_step_as_it_happens)
{
  g_autoptr (GString) heard = g_string_new (NULL);
  MigrationObserver observer = { on_started, on_finished, on_undone, heard };
  g_autoptr (Rig) rig = rig_new ();

  rig->options.observer = &observer;
  rig->fake.fail_at = 3;
  rig_run (rig);
  ck_assert_str_eq (heard->str, "s1 f1 s2 f2 s3 f3 s4 u3 u2 u1 ");
}

TEST (observer__may_be_deaf)
{
  MigrationObserver observer = { 0 };
  g_autoptr (Rig) rig = rig_new ();

  rig->options.observer = &observer;
  ck_assert_int_eq (rig_run (rig), EXECUTION_COMPLETE);
}

TEST_MAIN ("runner/executor", run__takes_the_steps_in_order_and_ends_complete,
           history__has_an_entry_for_each_step_and_the_end,
           plan__without_steps_is_complete_with_progress_zero,
           until__stops_when_the_phase_is_finished, until__of_the_last_phase_is_all_of_it,
           run__goes_on_where_it_stopped,
           failure__undoes_what_ran_in_reverse_for_every_step,
           failure__is_in_the_history_newest_first,
           undo__that_fails_is_stuck_and_says_both_causes,
           fail_at__fails_before_the_step_touches_anything,
           marked_step__fails_when_it_runs,
           marked_step__of_another_engine_does_not_run_here,
           roll_back__of_a_finished_run_is_an_abort, roll_back__of_nothing_does_nothing,
           run__after_a_rollback_starts_over, observer__hears_of_every_step_as_it_happens,
           observer__may_be_deaf)
