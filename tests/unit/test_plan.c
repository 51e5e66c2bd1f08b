/* SPDX-License-Identifier: Apache-2.0
 *
 * Plans: order, progress, copies; and the table of operation kinds.
 */
#include "config.h"

#include "model/plan.h"

#include "model/migration.h"
#include "testing.h"

static MigrationPlan *
two_steps (void)
{
  static const Operation operation = { .kind = OPERATION_BACKFILL };
  static const Operation failing = { .kind = OPERATION_BACKFILL, .fail = TRUE };
  MigrationPlan *plan = migration_plan_new ("id", "title");

  migration_plan_add_step (plan, MIGRATION_PHASE_EXPANDING, &operation, "one",
                           "undo one");
  migration_plan_add_step (plan, MIGRATION_PHASE_CONTRACTING, &failing, "two",
                           "undo two");
  return plan;
}

TEST (phase_order__is_from_pending_to_complete)
{
  static const char *const names[]
      = { "PENDING", "EXPANDING", "MIGRATING", "CONTRACTING", "COMPLETE" };

  for (guint i = 0; i < G_N_ELEMENTS (PHASE_ORDER); i++)
    ck_assert_str_eq (migration_phase_to_string (PHASE_ORDER[i]), names[i]);
}

TEST (plan__begins_pending_with_numbered_steps)
{
  g_autoptr (MigrationPlan) plan = two_steps ();

  ck_assert_int_eq (plan->phase, MIGRATION_PHASE_PENDING);
  ck_assert_uint_eq (migration_plan_step (plan, 0)->index, 1);
  ck_assert_uint_eq (migration_plan_step (plan, 1)->index, 2);
  ck_assert (!migration_plan_step (plan, 0)->fail);
  ck_assert (migration_plan_step (plan, 1)->fail);
}

TEST (progress__is_zero_without_steps)
{
  g_autoptr (MigrationPlan) plan = migration_plan_new ("id", "title");

  ck_assert_double_eq (migration_plan_progress (plan), 0.0);
}

TEST (progress__does_not_count_what_was_rolled_back)
{
  g_autoptr (MigrationPlan) plan = two_steps ();

  ck_assert_double_eq (migration_plan_progress (plan), 0.0);
  migration_plan_step (plan, 0)->executed = TRUE;
  ck_assert_double_eq (migration_plan_progress (plan), 50.0);
  migration_plan_step (plan, 1)->executed = TRUE;
  ck_assert_double_eq (migration_plan_progress (plan), 100.0);
  migration_plan_step (plan, 1)->rolled_back = TRUE;
  ck_assert_double_eq (migration_plan_progress (plan), 50.0);
}

TEST (steps_before__counts_by_phase)
{
  g_autoptr (MigrationPlan) plan = two_steps ();

  ck_assert_uint_eq (migration_plan_steps_before (plan, MIGRATION_PHASE_EXPANDING), 0);
  ck_assert_uint_eq (migration_plan_steps_before (plan, MIGRATION_PHASE_MIGRATING), 1);
  ck_assert_uint_eq (migration_plan_steps_before (plan, MIGRATION_PHASE_COMPLETE), 2);
  ck_assert (migration_plan_has_phase (plan, MIGRATION_PHASE_CONTRACTING));
  ck_assert (!migration_plan_has_phase (plan, MIGRATION_PHASE_MIGRATING));
}

TEST (fresh__has_run_nothing_and_leaves_the_plan_alone)
{
  g_autoptr (MigrationPlan) plan = two_steps ();

  migration_plan_step (plan, 0)->executed = TRUE;
  migration_plan_step (plan, 0)->error = "x";
  g_autoptr (MigrationPlan) fresh = migration_plan_fresh (plan);
  ck_assert (!migration_plan_step (fresh, 0)->executed);
  ck_assert_ptr_null (migration_plan_step (fresh, 0)->error);
  migration_plan_step (fresh, 1)->executed = TRUE;
  ck_assert (!migration_plan_step (plan, 1)->executed);
  ck_assert_str_eq (migration_plan_step (fresh, 1)->description, "two");
}

TEST (operation_kinds__have_names_of_their_own)
{
  for (guint i = 0; i < N_OPERATION_KINDS; i++)
    {
      ck_assert (operation_kind_is_change (i) || operation_kind_is_step (i));
      for (guint j = 0; j < i; j++)
        ck_assert_str_ne (operation_kind_to_string (i), operation_kind_to_string (j));
    }
  ck_assert (!operation_kind_is_step (OPERATION_RENAME_COLUMN));
  ck_assert (!operation_kind_is_change (OPERATION_SWAP_COLUMN));
}

TEST (operation__runs_on_the_engines_it_names_or_on_all)
{
  static const char *const engines[] = { "postgres", "memory", NULL };
  g_autoptr (Arena) arena = arena_new ();
  Operation some = { .engines = engines }, *all = operation_copy (arena, &some);

  all->engines = NULL;
  ck_assert (operation_runs_on (&some, "memory"));
  ck_assert (!operation_runs_on (&some, "sqlite"));
  ck_assert (operation_runs_on (all, "sqlite"));
}

TEST (migration__begins_empty)
{
  g_autoptr (Migration) migration = migration_new ("a.yaml");

  ck_assert_str_eq (migration->path, "a.yaml");
  ck_assert_uint_eq (migration->tables->tables->len, 0);
  ck_assert_uint_eq (migration->changes->len + migration->steps->len, 0);
  migration_free (NULL);
}

TEST_MAIN ("model/plan", phase_order__is_from_pending_to_complete,
           plan__begins_pending_with_numbered_steps, progress__is_zero_without_steps,
           progress__does_not_count_what_was_rolled_back, steps_before__counts_by_phase,
           fresh__has_run_nothing_and_leaves_the_plan_alone,
           operation_kinds__have_names_of_their_own,
           operation__runs_on_the_engines_it_names_or_on_all, migration__begins_empty)
