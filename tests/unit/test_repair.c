/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows made fit for a constraint before it is enforced.
 */
#include "config.h"

#include "engine/memory/repair.h"

#include "fixture.h"
#include "testing.h"

#define T                                                  \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: a, type: TEXT }\n"                        \
  "    - { name: n, type: INTEGER }\n"

static Fixture *
repaired (const char *yaml)
{
  Fixture *fixture = fixture_new (yaml);

  fixture_apply_all (fixture);
  return fixture;
}

TEST (not_null__is_repaired_where_there_is_a_null)
{
  g_autoptr (Fixture) fixture = repaired (
      T
      "  rows: [ { id: 1, a: x }, { id: 2 }, { id: 3, a: '' } ]\n"
      "change: { alter_column: { column: a, nullable: false, repair: { constant: none } } }\n");

  fixture_assert_rows (fixture, "t", "1 x ~; 2 none ~; 3  ~");
  fixture_assert_columns (fixture, "t", "id* a* n");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (check__is_repaired_where_it_is_broken_only)
{
  g_autoptr (Fixture) fixture = repaired (
      T
      "  rows: [ { id: 1, n: -3 }, { id: 2, n: 3 }, { id: 3 }, { id: 4, n: 99 } ]\n"
      "change:\n"
      "  add_constraint: { name: c, check: { column: n, min: 0, max: 10 }, repair: { n: { "
      "constant: 10 } } }\n");

  fixture_assert_rows (fixture, "t", "1 ~ 10; 2 ~ 3; 3 ~ ~; 4 ~ 10");
  assert_has (fixture_try_insert (fixture, "t", "id=5, n=11"), "breaks check 'c'");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (check__without_repair_names_the_row)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T "  rows: [ { id: 7, n: -3 } ]\n"
        "change: { add_constraint: { name: c, check: { column: n, min: 0 } } }\n");

  assert_has (fixture_try_step (fixture),
              "row 1 of 't' (id 7): 'n' is '-3', which breaks check 'c'");
  fixture_assert_start (fixture);
}

TEST (repair__that_does_not_help_is_found_out)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T
      "  rows: [ { id: 1, n: -3 } ]\n"
      "change: { add_constraint: { name: c, check: { column: n, min: 0 }, repair: { n: { "
      "constant: -1 } } } }\n");

  fixture_apply (fixture, 1);
  assert_has (fixture_try_step (fixture), "breaks check 'c'");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (repair__that_does_not_convert_names_the_row)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T
      "  rows: [ { id: 1, a: '' } ]\n"
      "change: { add_constraint: { name: c, check: { column: a, not_empty: true }, repair: { a: "
      "{ map: { x: y } } } } }\n");

  assert_has (fixture_try_step (fixture), "row 1 of 't' (id 1)");
}

#define DUPLICATES(keep)            \
  T "  rows:\n"                     \
    "    - { id: 1, a: x, n: 5 }\n" \
    "    - { id: 2, a: x, n: 7 }\n" \
    "    - { id: 3, a: y, n: 1 }\n" \
    "    - { id: 4, a: x, n: 3 }\n" \
    "    - { id: 5, n: 1 }\n"       \
    "    - { id: 6, n: 1 }\n"       \
    "change: { add_constraint: { name: u, unique: [a], duplicates: " keep " } }\n"

TEST (duplicates__keep_the_lowest_or_the_highest)
{
  g_autoptr (Fixture) lowest = repaired (DUPLICATES ("{ keep: lowest, by: n }"));
  g_autoptr (Fixture) highest = repaired (DUPLICATES ("{ keep: highest, by: n }"));

  fixture_assert_rows (lowest, "t", "3 y 1; 4 x 3; 5 ~ 1; 6 ~ 1");
  fixture_assert_rows (highest, "t", "2 x 7; 3 y 1; 5 ~ 1; 6 ~ 1");
  fixture_undo_all (lowest);
  fixture_assert_start (lowest);
}

TEST (duplicates__that_are_alike_leave_one_row)
{
  static const char *const keeps[] = { "lowest", "highest" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *yaml = g_strdup_printf (
          T
          "  rows: [ { id: 1, a: x, n: 5 }, { id: 2, a: x, n: 5 }, { id: 3, a: z }, { id: 4, a: "
          "z }, { id: 5, a: w }, { id: 6, a: w, n: 0 } ]\n"
          "change: { add_constraint: { name: u, unique: [a], duplicates: { keep: %s, by: n } } }\n",
          keeps[i]);
      g_autoptr (Fixture) fixture = repaired (yaml);
      fixture_assert_rows (fixture, "t", "1 x 5; 3 z ~; 6 w 0");
    }
}

TEST (duplicates__of_several_columns_are_alike_in_all)
{
  g_autoptr (Fixture) fixture = repaired (
      T
      "  rows: [ { id: 1, a: x, n: 1 }, { id: 2, a: x, n: 2 }, { id: 3, a: x, n: 1 } ]\n"
      "change: { add_constraint: { name: u, unique: [a, n], duplicates: { keep: highest, by: id "
      "} } }\n");

  fixture_assert_rows (fixture, "t", "2 x 2; 3 x 1");
}

#define ORPHANS(orphans)                                                                              \
  "tables:\n"                                                                                         \
  "  - name: p\n"                                                                                     \
  "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"                                 \
  "    rows: [ { id: 1 } ]\n"                                                                         \
  "  - name: c\n"                                                                                     \
  "    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: p, type: INTEGER } ]\n"     \
  "    rows: [ { id: 1, p: 1 }, { id: 2, p: 9 }, { id: 3 }, { id: 4, p: 8 } ]\n"                      \
  "change: { table: c, add_constraint: { name: f, foreign_key: [p], references: { table: p }" orphans \
  " } }\n"

TEST (orphans__are_deleted_freed_or_an_error)
{
  g_autoptr (Fixture) deleted = repaired (ORPHANS (", orphans: delete"));
  g_autoptr (Fixture) freed = repaired (ORPHANS (", orphans: set_null"));
  g_autoptr (Fixture) refused = fixture_new (ORPHANS (""));

  fixture_assert_rows (deleted, "c", "1 1; 3 ~");
  fixture_assert_rows (freed, "c", "1 1; 2 ~; 3 ~; 4 ~");
  assert_has (fixture_try_step (refused),
              "row 2 of 'c' (id 2): 'p' is '9', which is not in 'p'");
  fixture_undo_all (deleted);
  fixture_assert_start (deleted);
  fixture_undo_all (freed);
  fixture_assert_start (freed);
}

TEST (orphans__of_orphans_go_too)
{
  g_autoptr (Fixture) fixture = repaired (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: up, type: INTEGER } ]\n"
      "  rows: [ { id: 1, up: 2 }, { id: 2, up: 3 }, { id: 3, up: 9 }, { id: 4, up: 4 }, { id: 5 "
      "}, { id: 6, up: 1 } ]\n"
      "change: { add_constraint: { name: f, foreign_key: [up], references: { table: t }, orphans: "
      "delete } }\n");

  fixture_assert_rows (fixture, "t", "4 4; 5 ~");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (unchecked_expression__repairs_nothing)
{
  g_autoptr (Fixture) fixture = repaired (
      T "  rows: [ { id: 1, n: -1 } ]\n"
        "change: { add_constraint: { name: c, check: { expression: \"n > 0\" } } }\n");

  fixture_assert_rows (fixture, "t", "1 ~ -1");
}

TEST_MAIN ("engine/memory/repair", not_null__is_repaired_where_there_is_a_null,
           check__is_repaired_where_it_is_broken_only,
           check__without_repair_names_the_row, repair__that_does_not_help_is_found_out,
           repair__that_does_not_convert_names_the_row,
           duplicates__keep_the_lowest_or_the_highest,
           duplicates__that_are_alike_leave_one_row,
           duplicates__of_several_columns_are_alike_in_all,
           orphans__are_deleted_freed_or_an_error, orphans__of_orphans_go_too,
           unchecked_expression__repairs_nothing)
