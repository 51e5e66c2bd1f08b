/* SPDX-License-Identifier: Apache-2.0
 *
 * Nothing is contracted while a row is out of step.
 */
#include "config.h"

#include "engine/memory/gate.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

#define CAST                                               \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: a, type: TEXT }\n"                        \
  "  rows: [ { id: 1, a: '1' }, { id: 2, a: '2' } ]\n"     \
  "change: { alter_column: { column: a, type: INTEGER } }\n"

TEST (gate__names_the_row_that_does_not_convert)
{
  g_autoptr (Fixture) fixture = fixture_new (CAST);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  fixture_update (fixture, "t", "id=2", "a=two");
  const char *problem = fixture_try_step (fixture);
  assert_has (problem, "1 row of 't' has 'zdm_new_a' out of step with 'a'");
  assert_has (problem, "row 2 of 't' (id 2)");
  assert_has (problem, "expected an INTEGER, got 'two'");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "t", "1 1; 2 two");
}

TEST (gate__is_an_error_of_its_own)
{
  g_autoptr (Fixture) fixture = fixture_new (CAST);
  g_autoptr (GError) error = NULL;

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  fixture_insert (fixture, "t", "id=3, a=x");
  fixture_insert (fixture, "t", "id=4, a=y");
  ck_assert (!gate_check (memory_database (fixture->session),
                          migration_plan_step (fixture->plan, fixture->n_done)->operation,
                          &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_GATE);
  assert_has (error->message, "2 rows of 't' have");
}

TEST (gate__opens_when_the_row_is_mended)
{
  g_autoptr (Fixture) fixture = fixture_new (CAST);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  fixture_insert (fixture, "t", "id=3, a=x");
  ck_assert_ptr_nonnull (fixture_try_step (fixture));
  fixture_update (fixture, "t", "id=3", "a=3");
  fixture_apply_all (fixture);
  fixture_assert_rows (fixture, "t", "1 1; 2 2; 3 3");
}

#define BY_HAND                                            \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: a, type: TEXT }\n"                        \
  "  rows: [ { id: 1, a: x } ]\n"                          \
  "steps:\n"                                               \
  "  - { phase: expanding, add_column: { column: { name: b, type: TEXT }, from: a, sync: both } }\n"

TEST (gate__closes_where_the_backfill_was_forgotten)
{
  g_autoptr (Fixture) dropped
      = fixture_new (BY_HAND "  - { phase: contracting, drop_column: { column: a } }\n");
  g_autoptr (Fixture) ended
      = fixture_new (BY_HAND "  - { phase: contracting, end_sync: { column: b } }\n");

  fixture_apply (dropped, 1);
  assert_has (fixture_try_step (dropped), "out of step");
  fixture_apply (ended, 1);
  assert_has (fixture_try_step (ended), "out of step");
}

TEST (gate__of_a_split_counts_rows_that_were_not_copied)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: a, type: TEXT } ]\n"
      "  rows: [ { id: 1, a: x }, { id: 2, a: y }, { id: 3 } ]\n"
      "change: { split_table: { to: u, columns: [a], key: [id] } }\n");
  const Operation *drop = migration_plan_step (fixture->plan, 2)->operation;
  g_autoptr (GError) error = NULL;

  fixture_apply (fixture, 1);
  ck_assert (!gate_check (memory_database (fixture->session), drop, &error));
  assert_has (error->message, "2 rows of 't' differ from 'u', first row 1 of 't' (id 1)");
}

TEST (gate__of_a_lookup_counts_rows_that_were_not_filled)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "tables:\n"
      "  - name: t\n"
      "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"
      "    rows: [ { id: 1 }, { id: 2 } ]\n"
      "  - name: s\n"
      "    columns: [ { name: t, type: INTEGER }, { name: v, type: TEXT } ]\n"
      "    rows: [ { t: 2, v: x } ]\n"
      "steps:\n"
      "  - phase: expanding\n"
      "    table: t\n"
      "    add_column: { column: { name: v, type: TEXT }, from: { table: s, match: { t: id }, "
      "column: v, missing: null } }\n"
      "  - phase: contracting\n"
      "    table: t\n"
      "    end_sync: { column: v }\n");

  fixture_apply (fixture, 1);
  assert_has (fixture_try_step (fixture),
              "1 row of 't' has no 'v' yet from 's', first row 2");
  fixture_update (fixture, "t", "id=2", "v=own");
  fixture_apply (fixture, 1);
}

TEST (gate__lets_other_steps_pass)
{
  g_autoptr (Fixture) fixture = fixture_new (CAST);
  const Operation *first = migration_plan_step (fixture->plan, 0)->operation;

  ck_assert (gate_check (memory_database (fixture->session), first, NULL));
}

TEST_MAIN ("engine/memory/gate", gate__names_the_row_that_does_not_convert,
           gate__is_an_error_of_its_own, gate__opens_when_the_row_is_mended,
           gate__closes_where_the_backfill_was_forgotten,
           gate__of_a_split_counts_rows_that_were_not_copied,
           gate__of_a_lookup_counts_rows_that_were_not_filled,
           gate__lets_other_steps_pass)
