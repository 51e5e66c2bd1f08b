/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns that another table fills: once, and from then on.
 */
#include "config.h"

#include "engine/memory/lookup.h"

#include "fixture.h"
#include "testing.h"

#define TABLES                                                      \
  "tables:\n"                                                       \
  "  - name: users\n"                                               \
  "    columns:\n"                                                  \
  "      - { name: id, type: INTEGER, primary_key: true }\n"        \
  "      - { name: tag, type: TEXT }\n"                             \
  "    rows: [ { id: 1, tag: a }, { id: 2, tag: b }, { id: 3 } ]\n" \
  "  - name: memo\n"                                                \
  "    columns:\n"                                                  \
  "      - { name: id, type: INTEGER, primary_key: true }\n"        \
  "      - { name: tag, type: TEXT }\n"                             \
  "      - { name: n, type: INTEGER }\n"                            \
  "    rows:\n"                                                     \
  "      - { id: 10, tag: a, n: 5 }\n"                              \
  "      - { id: 11, tag: a, n: 3 }\n"                              \
  "      - { id: 12, tag: a }\n"                                    \
  "      - { id: 13, n: 9 }\n"

#define LOOKUP(type, from)                                \
  TABLES "change:\n"                                      \
         "  table: users\n"                               \
         "  add_column: { column: { name: x, type: " type \
         " }, from: { table: memo, match: { tag: "        \
         "tag }, " from " } }\n"

static Fixture *
migrating (const char *yaml)
{
  Fixture *fixture = fixture_new (yaml);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  return fixture;
}

TEST (lookup__takes_the_first_row_that_matches)
{
  g_autoptr (Fixture) fixture
      = migrating (LOOKUP ("INTEGER", "column: n, missing: null"));

  fixture_assert_rows (fixture, "users", "1 a 5; 2 b ~; 3 ~ ~");
}

TEST (count__is_zero_where_nothing_matches_and_null_matches_nothing)
{
  g_autoptr (Fixture) fixture = migrating (LOOKUP ("BIGINT", "aggregate: count"));

  fixture_assert_rows (fixture, "users", "1 a 3; 2 b 0; 3 ~ 0");
}

TEST (count__of_a_column_passes_nulls_over)
{
  g_autoptr (Fixture) fixture
      = migrating (LOOKUP ("BIGINT", "column: n, aggregate: count"));

  fixture_assert_rows (fixture, "users", "1 a 2; 2 b 0; 3 ~ 0");
}

TEST (min_max_and_sum__are_over_all_rows_that_match)
{
  g_autoptr (Fixture) min
      = migrating (LOOKUP ("INTEGER", "column: n, aggregate: min, missing: null"));
  g_autoptr (Fixture) max
      = migrating (LOOKUP ("INTEGER", "column: n, aggregate: max, missing: null"));
  g_autoptr (Fixture) sum
      = migrating (LOOKUP ("BIGINT", "column: n, aggregate: sum, missing: null"));

  fixture_assert_rows (min, "users", "1 a 3; 2 b ~; 3 ~ ~");
  fixture_assert_rows (max, "users", "1 a 5; 2 b ~; 3 ~ ~");
  fixture_assert_rows (sum, "users", "1 a 8; 2 b ~; 3 ~ ~");
}

TEST (max__of_text_is_by_its_bytes)
{
  g_autoptr (Fixture) fixture = migrating (
      "tables:\n"
      "  - name: t\n"
      "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"
      "    rows: [ { id: 1 }, { id: 2 } ]\n"
      "  - name: s\n"
      "    columns: [ { name: t, type: INTEGER }, { name: v, type: TEXT } ]\n"
      "    rows: [ { t: 1, v: b }, { t: 1, v: aa }, { t: 1, v: B }, { t: 2, v: z } ]\n"
      "change:\n"
      "  - table: t\n"
      "    add_column: { column: { name: hi, type: TEXT }, from: { table: s, match: { t: id }, "
      "column: v, aggregate: max } }\n"
      "  - table: t\n"
      "    add_column: { column: { name: lo, type: TEXT }, from: { table: s, match: { t: id }, "
      "column: v, aggregate: min } }\n");

  fixture_assert_rows (fixture, "t", "1 b B; 2 z z");
}

TEST (missing_error__names_the_row)
{
  g_autoptr (Fixture) fixture
      = fixture_new (LOOKUP ("INTEGER", "column: n, missing: error"));

  fixture_apply (fixture, 1);
  assert_has (fixture_try_step (fixture), "row 2 of 'users' (id 2), column 'x'");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (missing_delete__deletes_the_row_and_abort_brings_it_back)
{
  g_autoptr (Fixture) fixture
      = migrating (LOOKUP ("INTEGER", "column: n, missing: delete"));

  fixture_assert_rows (fixture, "users", "1 a 5");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (source__that_is_written_later_is_followed)
{
  g_autoptr (Fixture) fixture
      = migrating (LOOKUP ("BIGINT", "column: n, aggregate: sum, missing: null"));

  fixture_insert (fixture, "memo", "id=14, tag=b, n=7");
  fixture_assert_rows (fixture, "users", "1 a 8; 2 b 7; 3 ~ ~");
  fixture_update (fixture, "memo", "id=10", "n=50");
  fixture_assert_rows (fixture, "users", "1 a 53; 2 b 7; 3 ~ ~");
  fixture_update (fixture, "memo", "id=11", "tag=b");
  fixture_assert_rows (fixture, "users", "1 a 50; 2 b 10; 3 ~ ~");
  fixture_delete (fixture, "memo", "id=10");
  fixture_assert_rows (fixture, "users", "1 a ~; 2 b 10; 3 ~ ~");
}

TEST (filled_table__looks_up_for_rows_that_are_written)
{
  g_autoptr (Fixture) fixture
      = migrating (LOOKUP ("INTEGER", "column: n, missing: null"));

  fixture_insert (fixture, "users", "id=4, tag=a");
  fixture_insert (fixture, "users", "id=5, tag=a, x=77");
  fixture_update (fixture, "users", "id=2", "tag=a");
  fixture_update (fixture, "users", "id=1", "tag=~");
  fixture_assert_rows (fixture, "users", "1 ~ ~; 2 a 5; 3 ~ ~; 4 a 5; 5 a 77");
}

TEST (lookup__ends_at_contract)
{
  g_autoptr (Fixture) fixture
      = migrating (LOOKUP ("INTEGER", "column: n, missing: null"));

  fixture_apply_all (fixture);
  fixture_update (fixture, "memo", "id=10", "n=50");
  fixture_assert_rows (fixture, "users", "1 a 5; 2 b ~; 3 ~ ~");
}

TEST (sum__that_is_too_large_is_an_error_and_no_wrong_number)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "tables:\n"
      "  - name: t\n"
      "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"
      "    rows: [ { id: 1 } ]\n"
      "  - name: s\n"
      "    columns: [ { name: t, type: INTEGER }, { name: v, type: BIGINT } ]\n"
      "    rows: [ { t: 1, v: 9223372036854775807 }, { t: 1, v: 1 } ]\n"
      "change:\n"
      "  table: t\n"
      "  add_column: { column: { name: x, type: BIGINT }, from: { table: s, match: { t: id }, "
      "column: v, aggregate: sum } }\n");

  fixture_apply (fixture, 1);
  assert_has (fixture_try_step (fixture), "does not fit a BIGINT");
}

TEST (lookup__in_its_own_table_reads_it_as_it_is)
{
  g_autoptr (Fixture) fixture = migrating (
      "table:\n"
      "  name: t\n"
      "  columns:\n"
      "    - { name: id, type: INTEGER, primary_key: true }\n"
      "    - { name: boss, type: INTEGER }\n"
      "    - { name: name, type: TEXT }\n"
      "  rows: [ { id: 1, name: ada }, { id: 2, boss: 1, name: bob } ]\n"
      "change:\n"
      "  add_column: { column: { name: boss_name, type: TEXT }, from: { table: t, match: { id: "
      "boss }, column: name, missing: null } }\n");

  fixture_assert_rows (fixture, "t", "1 ~ ada ~; 2 1 bob ada");
  fixture_update (fixture, "t", "id=1", "name=Ada");
  fixture_assert_rows (fixture, "t", "1 ~ Ada ~; 2 1 bob Ada");
}

TEST (lookup__by_several_columns_matches_all_of_them)
{
  g_autoptr (Fixture) fixture = migrating (
      "tables:\n"
      "  - name: t\n"
      "    columns: [ { name: a, type: INTEGER }, { name: b, type: TEXT } ]\n"
      "    rows: [ { a: 1, b: x }, { a: 1, b: y }, { a: 1 } ]\n"
      "  - name: s\n"
      "    columns: [ { name: a, type: INTEGER }, { name: b, type: TEXT }, { name: v, type: TEXT } ]\n"
      "    rows: [ { a: 1, b: y, v: one-y }, { a: 1, b: x, v: one-x }, { a: 1, v: none } ]\n"
      "change:\n"
      "  table: t\n"
      "  add_column: { column: { name: v, type: TEXT }, from: { table: s, match: { a: a, b: b }, "
      "column: v, missing: null } }\n");

  fixture_assert_rows (fixture, "t", "1 x one-x; 1 y one-y; 1 ~ ~");
  fixture_insert (fixture, "s", "a=1, b=z, v=one-z");
  fixture_insert (fixture, "t", "a=1, b=z");
  fixture_assert_rows (fixture, "t", "1 x one-x; 1 y one-y; 1 ~ ~; 1 z one-z");
}

TEST_MAIN ("engine/memory/lookup", lookup__takes_the_first_row_that_matches,
           count__is_zero_where_nothing_matches_and_null_matches_nothing,
           count__of_a_column_passes_nulls_over,
           min_max_and_sum__are_over_all_rows_that_match, max__of_text_is_by_its_bytes,
           missing_error__names_the_row,
           missing_delete__deletes_the_row_and_abort_brings_it_back,
           source__that_is_written_later_is_followed,
           filled_table__looks_up_for_rows_that_are_written, lookup__ends_at_contract,
           sum__that_is_too_large_is_an_error_and_no_wrong_number,
           lookup__in_its_own_table_reads_it_as_it_is,
           lookup__by_several_columns_matches_all_of_them)
