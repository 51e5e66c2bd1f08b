/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps that move rows; and that a step that fails leaves everything as it was.
 */
#include "config.h"

#include "engine/memory/apply.h"

#include "fixture.h"
#include "testing.h"

#define T                                                  \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: a, type: TEXT, nullable: false }\n"       \
  "    - { name: n, type: INTEGER, default: 4 }\n"         \
  "  rows: [ { id: 1, a: x, n: 1 }, { id: 2, a: y, n: null } ]\n"

static Fixture *
applied (const char *yaml)
{
  Fixture *fixture = fixture_new (yaml);

  fixture_apply_all (fixture);
  return fixture;
}

TEST (insert_rows__takes_defaults)
{
  g_autoptr (Fixture) fixture = applied (
      T
      "change: { insert_rows: { rows: [ { id: 3, a: z }, { id: 4, a: w, n: 9 } ] } }\n");

  fixture_assert_rows (fixture, "t", "1 x 1; 2 y ~; 3 z 4; 4 w 9");
}

TEST (insert_rows__without_a_required_column_names_it)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { insert_rows: { rows: [ { id: 3 } ] } }\n");

  assert_has (fixture_try_step (fixture), "column 'a' of 't' is required");
  fixture_assert_start (fixture);
}

TEST (insert_rows__of_a_key_that_exists_fails_or_skips)
{
  g_autoptr (Fixture) fails = fixture_new (
      T "change: { insert_rows: { rows: [ { id: 3, a: z }, { id: 1, a: q } ] } }\n");
  g_autoptr (Fixture) skips = applied (
      T
      "change: { insert_rows: { rows: [ { id: 3, a: z }, { id: 1, a: q }, { id: 3, a: again } ], "
      "if_exists: skip } }\n");

  assert_has (fixture_try_step (fails), "have the same id ('1')");
  fixture_assert_start (fails);
  fixture_assert_rows (skips, "t", "1 x 1; 2 y ~; 3 z 4");
  ck_assert (engine_apply (skips->session, migration_plan_step (skips->plan, 0), NULL));
  fixture_assert_rows (skips, "t", "1 x 1; 2 y ~; 3 z 4");
}

TEST (update_rows__sets_where_it_is_told)
{
  g_autoptr (Fixture) some = applied (
      T
      "change: { update_rows: { set: { a: upper, n: { coalesce: 7 } }, where: { n: null } } }\n");
  g_autoptr (Fixture) all
      = applied (T "change: { update_rows: { set: { a: upper } } }\n");

  fixture_assert_rows (some, "t", "1 x 1; 2 Y 7");
  fixture_assert_rows (all, "t", "1 X 1; 2 Y ~");
  fixture_undo_all (some);
  fixture_assert_start (some);
}

TEST (update_rows__that_does_not_convert_names_row_and_column)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { update_rows: { set: { a: { map: { x: good } } } } }\n");

  assert_has (fixture_try_step (fixture), "row 2 of 't' (id 2), column 'a'");
  fixture_assert_start (fixture);
}

TEST (delete_rows__takes_those_it_means)
{
  g_autoptr (Fixture) some
      = applied (T "change: { delete_rows: { where: { a: x, n: 1 } } }\n");
  g_autoptr (Fixture) all = applied (T "change: { delete_rows: {} }\n");
  g_autoptr (Fixture) none = applied (T "change: { delete_rows: { where: { a: X } } }\n");

  fixture_assert_rows (some, "t", "2 y ~");
  fixture_assert_rows (all, "t", "");
  fixture_assert_rows (none, "t", "1 x 1; 2 y ~");
  fixture_undo_all (all);
  fixture_assert_start (all);
}

TEST (add_column__that_is_required_needs_a_default_where_there_are_rows)
{
#define REQUIRED(rows)                           \
  "table:\n"                                     \
  "  name: t\n"                                  \
  "  columns: [ { name: id, type: INTEGER } ]\n" \
  "  rows: [ " rows " ]\n"                       \
  "steps:\n"                                     \
  "  - { phase: expanding, add_column: { column: { name: a, type: TEXT, nullable: false } } }\n"
  g_autoptr (Fixture) empty = applied (REQUIRED (""));
  g_autoptr (Fixture) rows = fixture_new (REQUIRED ("{ id: 1 }"));

  fixture_assert_columns (empty, "t", "id a*");
  assert_has (fixture_try_step (rows),
              "column 'a' is NOT NULL and has no default, and 't' has rows");
  fixture_assert_start (rows);
}

TEST (if_exists_skip__does_nothing_and_undoes_nothing)
{
  g_autoptr (Fixture) fixture = applied (
      T "change:\n"
        "  - add_column: { column: { name: n, type: INTEGER }, if_exists: skip }\n"
        "  - drop_column: { column: gone, if_missing: skip }\n"
        "  - drop_index: { name: gone, if_missing: skip }\n"
        "  - drop_constraint: { name: gone, if_missing: skip }\n");

  fixture_assert_rows (fixture, "t", "1 x 1; 2 y ~");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (create_and_drop__of_tables_come_and_go)
{
  g_autoptr (Fixture) fixture = applied (
      T
      "change:\n"
      "  - create_table: { name: u, columns: [ { name: k, type: INTEGER } ], rows: [ { k: 1 } ] }\n"
      "  - table: t\n"
      "    drop_table: {}\n");

  fixture_assert_rows (fixture, "u", "1");
  ck_assert_uint_eq (memory_database (fixture->session)->tables->len, 1);
  fixture_insert (fixture, "u", "k=2");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (names__that_sql_would_stumble_over_are_names)
{
  g_autoptr (Fixture) fixture
      = applied ("table:\n"
                 "  name: \"order by\"\n"
                 "  columns:\n"
                 "    - { name: \"select\", type: INTEGER, primary_key: true }\n"
                 "    - { name: \"a\\\"b\", type: TEXT }\n"
                 "  rows: [ { \"select\": 1, \"a\\\"b\": x } ]\n"
                 "change:\n"
                 "  - rename_column: { from: \"a\\\"b\", to: \"from\" }\n");

  fixture_assert_rows (fixture, "order by", "1 x");
  fixture_assert_columns (fixture, "order by", "select* from");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (table__without_a_key_and_with_equal_rows_works)
{
  g_autoptr (Fixture) fixture
      = applied ("table:\n"
                 "  name: t\n"
                 "  columns: [ { name: a, type: TEXT }, { name: b, type: TEXT } ]\n"
                 "  rows: [ { a: x, b: x }, { a: x, b: x } ]\n"
                 "change:\n"
                 "  - rename_column: { from: a, to: c }\n"
                 "  - delete_rows: { where: { b: y } }\n");

  fixture_assert_rows (fixture, "t", "x x; x x");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST_MAIN ("engine/memory/apply", insert_rows__takes_defaults,
           insert_rows__without_a_required_column_names_it,
           insert_rows__of_a_key_that_exists_fails_or_skips,
           update_rows__sets_where_it_is_told,
           update_rows__that_does_not_convert_names_row_and_column,
           delete_rows__takes_those_it_means,
           add_column__that_is_required_needs_a_default_where_there_are_rows,
           if_exists_skip__does_nothing_and_undoes_nothing,
           create_and_drop__of_tables_come_and_go,
           names__that_sql_would_stumble_over_are_names,
           table__without_a_key_and_with_equal_rows_works)
