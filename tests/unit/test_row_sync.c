/* SPDX-License-Identifier: Apache-2.0
 *
 * Write-sync within a table, as applications see it.
 */
#include "config.h"

#include "engine/memory/row_sync.h"

#include "fixture.h"
#include "testing.h"

#define RENAME                                             \
  "table:\n"                                               \
  "  name: users\n"                                        \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false }\n"    \
  "    - { name: age, type: INTEGER }\n"                   \
  "  rows: [ { id: 1, name: alice } ]\n"                   \
  "change: { rename_column: { from: name, to: label } }\n"

#define MIRROR(old_type, addition)                                                     \
  "table:\n"                                                                           \
  "  name: users\n"                                                                    \
  "  columns:\n"                                                                       \
  "    - { name: id, type: INTEGER, primary_key: true }\n"                             \
  "    - { name: name, type: " old_type " }\n"                                         \
  "  rows: [ { id: 1 } ]\n"                                                            \
  "change: { add_column: { column: { name: label, type: TEXT }, from: name, " addition \
  " } }\n"

/* A mirror in MIGRATING: added and filled. */
static Fixture *
migrating (const char *yaml)
{
  Fixture *fixture = fixture_new (yaml);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  return fixture;
}

TEST (insert__of_the_old_column_fills_the_new_one)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_insert (fixture, "users", "id=2, name=bob");
  fixture_assert_rows (fixture, "users", "1 alice ~ alice; 2 bob ~ bob");
}

TEST (insert__of_the_new_column_fills_a_required_old_one)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_insert (fixture, "users", "id=2, label=bob");
  fixture_assert_rows (fixture, "users", "1 alice ~ alice; 2 bob ~ bob");
}

TEST (insert__of_both_the_same_is_taken)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_insert (fixture, "users", "id=2, name=bob, label=bob");
  fixture_assert_rows (fixture, "users", "1 alice ~ alice; 2 bob ~ bob");
}

TEST (insert__of_both_different_lets_the_new_one_win)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_insert (fixture, "users", "id=2, name=bob, label=Bobby");
  fixture_assert_rows (fixture, "users", "1 alice ~ alice; 2 Bobby ~ Bobby");
}

TEST (insert__of_neither_names_the_column_that_is_required)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  assert_has (fixture_try_insert (fixture, "users", "id=2, age=3"),
              "'name' of 'users' is required");
  fixture_assert_rows (fixture, "users", "1 alice ~ alice");
}

TEST (insert__of_neither_is_in_step_where_it_may_be)
{
  g_autoptr (Fixture) fixture = migrating (MIRROR ("TEXT", "replaces: name"));

  fixture_insert (fixture, "users", "id=2");
  fixture_assert_rows (fixture, "users", "1 ~ ~; 2 ~ ~");
  fixture_assert_in_step (fixture);
}

TEST (insert__takes_the_default_of_the_old_column)
{
  g_autoptr (Fixture) fixture
      = migrating (MIRROR ("TEXT, default: nobody", "replaces: name"));

  fixture_insert (fixture, "users", "id=2");
  fixture_insert (fixture, "users", "id=3, label=bob");
  fixture_assert_rows (fixture, "users", "1 nobody nobody; 2 nobody nobody; 3 bob bob");
}

TEST (update__goes_the_way_of_the_column_that_changed)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_update (fixture, "users", "id=1", "name=bob");
  fixture_assert_rows (fixture, "users", "1 bob ~ bob");
  fixture_update (fixture, "users", "id=1", "label=carol");
  fixture_assert_rows (fixture, "users", "1 carol ~ carol");
  fixture_update (fixture, "users", "id=1", "name=dave, label=erin");
  fixture_assert_rows (fixture, "users", "1 erin ~ erin");
  fixture_update (fixture, "users", "id=1", "age=5");
  fixture_assert_rows (fixture, "users", "1 erin 5 erin");
}

/* An application that writes whole rows gives the column it does not change as it was. */
TEST (update__of_one_with_the_other_as_it_was_follows_the_one)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_update (fixture, "users", "id=1", "name=bob, label=alice");
  fixture_assert_rows (fixture, "users", "1 bob ~ bob");
}

TEST (update__of_the_case_only_counts)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  fixture_update (fixture, "users", "id=1", "name=ALICE");
  fixture_assert_rows (fixture, "users", "1 ALICE ~ ALICE");
  fixture_update (fixture, "users", "id=1", "label=Alice");
  fixture_assert_rows (fixture, "users", "1 Alice ~ Alice");
}

TEST (update__to_null_goes_both_ways)
{
  g_autoptr (Fixture) fixture = migrating (MIRROR ("TEXT", "replaces: name"));

  fixture_insert (fixture, "users", "id=2, name=bob");
  fixture_insert (fixture, "users", "id=3, name=carol");
  fixture_update (fixture, "users", "id=2", "name=~");
  fixture_update (fixture, "users", "id=3", "label=~");
  fixture_assert_rows (fixture, "users", "1 ~ ~; 2 ~ ~; 3 ~ ~");
  fixture_assert_in_step (fixture);
}

TEST (update__of_the_new_one_to_null_fails_where_the_old_one_may_not_be)
{
  g_autoptr (Fixture) fixture = migrating (RENAME);

  assert_has (fixture_try_update (fixture, "users", "id=1", "label=~"), "'name' is null");
  fixture_assert_rows (fixture, "users", "1 alice ~ alice");
}

TEST (forward_sync__leaves_the_old_column_alone)
{
  g_autoptr (Fixture) fixture
      = migrating (MIRROR ("TEXT", "sync: forward, transform: lower"));

  fixture_insert (fixture, "users", "id=2, name=BOB");
  fixture_update (fixture, "users", "id=1", "label=own");
  fixture_assert_rows (fixture, "users", "1 ~ own; 2 BOB bob");
  fixture_assert_in_step (fixture);
}

#define CAST                                               \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: a, type: TEXT }\n"                        \
  "  rows: [ { id: 1, a: '1' } ]\n"                        \
  "change: { alter_column: { column: a, type: INTEGER } }\n"

TEST (write__that_does_not_convert_is_taken_and_leaves_the_mirror_null)
{
  g_autoptr (Fixture) fixture = migrating (CAST);

  fixture_insert (fixture, "t", "id=2, a=two");
  fixture_update (fixture, "t", "id=1", "a=one");
  fixture_assert_rows (fixture, "t", "1 one ~; 2 two ~");
}

TEST (write__that_converts_at_last_is_in_step_again)
{
  g_autoptr (Fixture) fixture = migrating (CAST);

  fixture_update (fixture, "t", "id=1", "a=one");
  fixture_update (fixture, "t", "id=1", "a=7");
  fixture_assert_rows (fixture, "t", "1 7 7");
  fixture_assert_in_step (fixture);
}

#define SPLIT                                                                               \
  "table:\n"                                                                                \
  "  name: t\n"                                                                             \
  "  columns:\n"                                                                            \
  "    - { name: id, type: INTEGER, primary_key: true }\n"                                  \
  "    - { name: full, type: TEXT }\n"                                                      \
  "  rows: [ { id: 1, full: ada lovelace } ]\n"                                             \
  "change:\n"                                                                               \
  "  split_column:\n"                                                                       \
  "    column: full\n"                                                                      \
  "    into:\n"                                                                             \
  "      - { column: { name: first, type: TEXT }, transform: { split: ' ', part: 1 } }\n"   \
  "      - { column: { name: last, type: TEXT }, transform: { split: ' ', part: rest } }\n" \
  "    backward: { join: ' ' }\n"

TEST (split_column__fills_all_parts_and_is_made_of_them_again)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_insert (fixture, "t", "id=2, full=alan m turing");
  fixture_update (fixture, "t", "id=1", "first=Ada");
  fixture_insert (fixture, "t", "id=3, first=grace, last=hopper");
  fixture_insert (fixture, "t", "id=4, full=plato");
  fixture_assert_rows (fixture, "t",
                       "1 Ada lovelace Ada lovelace; 2 alan m turing alan m turing; "
                       "3 grace hopper grace hopper; 4 plato plato ~");
  fixture_assert_in_step (fixture);
}

#define MERGE                                              \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: first, type: TEXT }\n"                    \
  "    - { name: last, type: TEXT }\n"                     \
  "  rows: [ { id: 1, first: ada, last: lovelace } ]\n"    \
  "change:\n"                                              \
  "  merge_columns:\n"                                     \
  "    columns: [first, last]\n"                           \
  "    into: { name: full, type: TEXT }\n"                 \
  "    transform: { join: ' ' }\n"                         \
  "    backward: { first: { split: ' ', part: 1 }, last: { split: ' ', part: rest } }\n"

TEST (merge_columns__follows_any_of_them_and_gives_all_of_them_back)
{
  g_autoptr (Fixture) fixture = migrating (MERGE);

  fixture_update (fixture, "t", "id=1", "last=byron");
  fixture_insert (fixture, "t", "id=2, full=alan turing");
  fixture_assert_rows (fixture, "t", "1 ada byron ada byron; 2 alan turing alan turing");
  fixture_assert_in_step (fixture);
}

#define TWO_MIRRORS                                                                                  \
  "table:\n"                                                                                         \
  "  name: t\n"                                                                                      \
  "  columns:\n"                                                                                     \
  "    - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "    - { name: a, type: TEXT }\n"                                                                  \
  "  rows: [ { id: 1, a: x } ]\n"                                                                    \
  "steps:\n"                                                                                         \
  "  - { phase: expanding, add_column: { column: { name: b, type: TEXT }, from: a, sync: both } }\n" \
  "  - { phase: expanding, add_column: { column: { name: c, type: TEXT }, from: a, sync: both } }\n" \
  "  - { phase: migrating, backfill: { column: b, from: a } }\n"                                     \
  "  - { phase: migrating, backfill: { column: c, from: a } }\n"

TEST (two_mirrors__of_one_column_follow_each_other)
{
  g_autoptr (Fixture) fixture = migrating (TWO_MIRRORS);

  fixture_update (fixture, "t", "id=1", "b=y");
  fixture_assert_rows (fixture, "t", "1 y y y");
  fixture_update (fixture, "t", "id=1", "c=z");
  fixture_assert_rows (fixture, "t", "1 z z z");
  fixture_insert (fixture, "t", "id=2, c=w");
  fixture_insert (fixture, "t", "id=3, b=v");
  fixture_assert_rows (fixture, "t", "1 z z z; 2 w w w; 3 v v v");
}

TEST (two_mirrors__that_disagree_end_in_step)
{
  g_autoptr (Fixture) fixture = migrating (TWO_MIRRORS);

  fixture_update (fixture, "t", "id=1", "b=y, c=z");
  fixture_assert_in_step (fixture);
  fixture_insert (fixture, "t", "id=2, a=1, b=2, c=3");
  fixture_assert_in_step (fixture);
}

#define MIRROR_OF_MIRROR                                                                             \
  "table:\n"                                                                                         \
  "  name: t\n"                                                                                      \
  "  columns:\n"                                                                                     \
  "    - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "    - { name: a, type: TEXT, nullable: false }\n"                                                 \
  "  rows: [ { id: 1, a: x } ]\n"                                                                    \
  "steps:\n"                                                                                         \
  "  - { phase: expanding, add_column: { column: { name: b, type: TEXT }, from: a, sync: both } }\n" \
  "  - { phase: expanding, add_column: { column: { name: c, type: TEXT }, from: b, sync: both } }\n" \
  "  - { phase: migrating, backfill: { column: b, from: a } }\n"                                     \
  "  - { phase: migrating, backfill: { column: c, from: b } }\n"

TEST (mirror_of_a_mirror__follows_from_both_ends)
{
  g_autoptr (Fixture) fixture = migrating (MIRROR_OF_MIRROR);

  fixture_update (fixture, "t", "id=1", "c=y");
  fixture_assert_rows (fixture, "t", "1 y y y");
  fixture_update (fixture, "t", "id=1", "a=z");
  fixture_assert_rows (fixture, "t", "1 z z z");
  fixture_update (fixture, "t", "id=1", "b=w");
  fixture_assert_rows (fixture, "t", "1 w w w");
  fixture_insert (fixture, "t", "id=2, c=v");
  fixture_assert_rows (fixture, "t", "1 w w w; 2 v v v");
}

#define RELAXED                                            \
  "table:\n"                                               \
  "  name: t\n"                                            \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: old, type: TEXT, nullable: false }\n"     \
  "  rows: [ { id: 1, old: x } ]\n"                        \
  "change: { drop_column: { column: old, backward: { template: 'row {id}' } } }\n"

TEST (dropped_column__is_filled_for_those_who_still_read_it)
{
  g_autoptr (Fixture) fixture = fixture_new (RELAXED);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  fixture_insert (fixture, "t", "id=2");
  fixture_insert (fixture, "t", "id=3, old=y");
  fixture_update (fixture, "t", "id=1", "old=z");
  fixture_assert_rows (fixture, "t", "1 z; 2 row 2; 3 y");
}

TEST (in_step__is_new_of_old_or_old_of_new)
{
  g_autoptr (Fixture) fixture = migrating (
      MIRROR ("TEXT", "sync: both, transform: lower, backward: direct_copy"));
  g_autoptr (Arena) arena = arena_new ();
  const Table *table = fixture_table (fixture, "users");
  const Value upper = value_string ("ABC"), lower = value_string ("abc");
  const Value other = value_string ("x"), null = VALUE_NULL_INIT;
  RowSync sync;

  row_sync_init (&sync, table, table->syncs->pdata[0], arena);
  ck_assert (row_sync_in_step (&sync, &upper, &lower, arena));
  ck_assert (row_sync_in_step (&sync, &upper, &upper, arena));
  ck_assert (row_sync_in_step (&sync, &null, &null, arena));
  ck_assert (!row_sync_in_step (&sync, &upper, &other, arena));
  ck_assert (!row_sync_in_step (&sync, &upper, &null, arena));
  ck_assert (!row_sync_in_step (&sync, &null, &lower, arena));
}

TEST (swapped_column__goes_on_both_ways)
{
  g_autoptr (Fixture) fixture = fixture_new (CAST);

  fixture_apply (fixture, 3); /* up to the swap */
  fixture_assert_columns (fixture, "t", "id* a zdm_old_a");
  fixture_insert (fixture, "t", "id=2, a=5");
  fixture_update (fixture, "t", "id=1", "a=9");
  fixture_update (fixture, "t", "id=2", "a=~");
  fixture_assert_rows (fixture, "t", "1 9 9; 2 ~ ~");
  fixture_apply_all (fixture);
  fixture_assert_rows (fixture, "t", "1 9; 2 ~");
}

TEST_MAIN ("engine/memory/row_sync", insert__of_the_old_column_fills_the_new_one,
           insert__of_the_new_column_fills_a_required_old_one,
           insert__of_both_the_same_is_taken,
           insert__of_both_different_lets_the_new_one_win,
           insert__of_neither_names_the_column_that_is_required,
           insert__of_neither_is_in_step_where_it_may_be,
           insert__takes_the_default_of_the_old_column,
           update__goes_the_way_of_the_column_that_changed,
           update__of_one_with_the_other_as_it_was_follows_the_one,
           update__of_the_case_only_counts, update__to_null_goes_both_ways,
           update__of_the_new_one_to_null_fails_where_the_old_one_may_not_be,
           forward_sync__leaves_the_old_column_alone,
           write__that_does_not_convert_is_taken_and_leaves_the_mirror_null,
           write__that_converts_at_last_is_in_step_again,
           split_column__fills_all_parts_and_is_made_of_them_again,
           merge_columns__follows_any_of_them_and_gives_all_of_them_back,
           two_mirrors__of_one_column_follow_each_other,
           two_mirrors__that_disagree_end_in_step,
           mirror_of_a_mirror__follows_from_both_ends,
           dropped_column__is_filled_for_those_who_still_read_it,
           in_step__is_new_of_old_or_old_of_new, swapped_column__goes_on_both_ways)
