/* SPDX-License-Identifier: Apache-2.0
 *
 * Filling columns over all rows.
 */
#include "config.h"

#include "engine/memory/backfill.h"

#include "fixture.h"
#include "testing.h"

#define T                                                  \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: a, type: TEXT }\n"                        \
  "    - { name: b, type: TEXT, default: dflt }\n"         \
  "  rows: [ { id: 1, a: X, b: null }, { id: 2, b: own }, { id: 3, a: Z, b: null } ]\n"

static Fixture *
migrating (const char *yaml)
{
  Fixture *fixture = fixture_new (yaml);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  return fixture;
}

TEST (backfill__from_the_default_fills_nulls_only)
{
  g_autoptr (Fixture) fixture = migrating (T "change: { backfill: { column: b } }\n");

  fixture_assert_rows (fixture, "t", "1 X dflt; 2 ~ own; 3 Z dflt");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (backfill__where_touches_the_rows_it_means)
{
  g_autoptr (Fixture) from_default
      = migrating (T "change: { backfill: { column: b, where: { id: 3 } } }\n");
  g_autoptr (Fixture) from_column = migrating (
      T
      "change: { backfill: { column: b, from: a, transform: lower, where: { a: X } } }\n");
  g_autoptr (Fixture) null = migrating (
      T
      "change: { backfill: { column: b, from: id, transform: { cast: TEXT }, where: { a: null } } "
      "}\n");

  fixture_assert_rows (from_default, "t", "1 X ~; 2 ~ own; 3 Z dflt");
  fixture_assert_rows (from_column, "t", "1 X x; 2 ~ own; 3 Z ~");
  fixture_assert_rows (null, "t", "1 X ~; 2 ~ 2; 3 Z ~");
}

TEST (backfill__by_a_constant_or_a_template_needs_no_column)
{
  g_autoptr (Fixture) constant = migrating (
      T "change: { backfill: { column: b, transform: { constant: same } } }\n");
  g_autoptr (Fixture) template = migrating (
      T "change: { backfill: { column: b, transform: { template: '{id}-{a}' } } }\n");

  fixture_assert_rows (constant, "t", "1 X same; 2 ~ same; 3 Z same");
  fixture_assert_rows (template, "t", "1 X 1-X; 2 ~ ~; 3 Z 3-Z");
}

TEST (backfill__that_does_not_convert_names_row_and_column)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { alter_column: { column: a, type: INTEGER } }\n");

  fixture_apply (fixture, 1);
  const char *problem = fixture_try_step (fixture);
  assert_has (problem, "row 1 of 't' (id 1), column 'zdm_new_a'");
  assert_has (problem, "got 'X'");
}

TEST (plain_copy__shares_the_cells)
{
  g_autoptr (Fixture) fixture
      = migrating (T "change: { rename_column: { from: a, to: c } }\n");
  const Table *table = fixture_table (fixture, "t");

  ck_assert_ptr_eq (table_vector (table, 1), table_vector (table, 3));
  fixture_update (fixture, "t", "id=1", "c=changed");
  fixture_assert_rows (fixture, "t", "1 changed ~ changed; 2 ~ own ~; 3 Z ~ Z");
}

TEST (backfill__never_undoes_what_an_application_wrote)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T
      "steps:\n"
      "  - { phase: expanding, add_column: { column: { name: c, type: TEXT }, from: a, transform: "
      "lower, backward: direct_copy, sync: both } }\n"
      "  - { phase: migrating, backfill: { column: c, from: a, transform: lower } }\n");

  fixture_apply (fixture, 1);
  fixture_update (fixture, "t", "id=2", "c=Mine");
  fixture_insert (fixture, "t", "id=4, c=Also Mine");
  fixture_apply (fixture, 1);
  fixture_assert_rows (fixture, "t",
                       "1 X ~ x; 2 Mine own Mine; 3 Z ~ z; 4 Also Mine dflt Also Mine");
}

TEST (backfill__twice_is_backfill_once)
{
  g_autoptr (Fixture) fixture
      = migrating (T "change: { rename_column: { from: a, to: c } }\n");
  g_autoptr (Database) once = engine_snapshot (fixture->session, NULL);

  ck_assert (
      engine_apply (fixture->session, migration_plan_step (fixture->plan, 1), NULL));
  ck_assert (database_equal (memory_database (fixture->session), once));
}

TEST (backfill__of_an_empty_table_is_nothing)
{
  g_autoptr (Fixture) fixture
      = fixture_new ("table:\n"
                     "  name: t\n"
                     "  columns: [ { name: a, type: TEXT } ]\n"
                     "  rows: []\n"
                     "change: { rename_column: { from: a, to: c } }\n");

  fixture_apply_all (fixture);
  fixture_insert (fixture, "t", "c=first");
  fixture_assert_rows (fixture, "t", "first");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "t", "first");
}

TEST (alter__in_place_casts_every_cell_or_none)
{
#define ALTER(rows)                                                                          \
  "table:\n"                                                                                 \
  "  name: t\n"                                                                              \
  "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: a, type: TEXT } ]\n" \
  "  rows: [ " rows " ]\n"                                                                   \
  "steps:\n"                                                                                 \
  "  - { phase: migrating, alter_column: { column: a, type: INTEGER } }\n"
  g_autoptr (Fixture) good = fixture_new (ALTER ("{ id: 1, a: '007' }, { id: 2 }"));
  g_autoptr (Fixture) bad
      = fixture_new (ALTER ("{ id: 1, a: '7' }, { id: 2, a: seven }"));

  fixture_apply_all (good);
  fixture_assert_rows (good, "t", "1 7; 2 ~");
  fixture_update (good, "t", "id=2", "a=8");
  fixture_undo_all (good);
  fixture_assert_rows (good, "t", "1 007; 2 8");
  assert_has (fixture_try_step (bad), "row 2 of 't' (id 2), column 'a'");
  fixture_assert_start (bad);
}

TEST_MAIN ("engine/memory/backfill", backfill__from_the_default_fills_nulls_only,
           backfill__where_touches_the_rows_it_means,
           backfill__by_a_constant_or_a_template_needs_no_column,
           backfill__that_does_not_convert_names_row_and_column,
           plain_copy__shares_the_cells, backfill__never_undoes_what_an_application_wrote,
           backfill__twice_is_backfill_once, backfill__of_an_empty_table_is_nothing,
           alter__in_place_casts_every_cell_or_none)
