/* SPDX-License-Identifier: Apache-2.0
 *
 * A table that is being split: both halves, written from both sides.
 */
#include "config.h"

#include "engine/memory/cross_sync.h"

#include "fixture.h"
#include "testing.h"

#define SPLIT                                              \
  "table:\n"                                               \
  "  name: users\n"                                        \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: name, type: TEXT }\n"                     \
  "    - { name: bio, type: TEXT }\n"                      \
  "    - { name: age, type: INTEGER }\n"                   \
  "  rows:\n"                                              \
  "    - { id: 1, name: ada, bio: math, age: 36 }\n"       \
  "    - { id: 2, name: bob }\n"                           \
  "change: { split_table: { to: profiles, columns: [bio, age], key: [id] } }\n"

static Fixture *
migrating (const char *yaml)
{
  Fixture *fixture = fixture_new (yaml);

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  return fixture;
}

TEST (copy_rows__carries_what_there_is)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_assert_rows (fixture, "profiles", "1 math 36");
}

TEST (old_application__reaches_the_new_table)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_insert (fixture, "users", "id=3, name=carol, bio=law, age=1");
  fixture_update (fixture, "users", "id=1", "age=37");
  fixture_update (fixture, "users", "id=2", "bio=art");
  fixture_assert_rows (fixture, "profiles", "1 math 37; 3 law 1; 2 art ~");
}

TEST (new_application__reaches_the_old_table)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_insert (fixture, "profiles", "id=2, bio=art, age=5");
  fixture_update (fixture, "profiles", "id=1", "bio=poems");
  fixture_assert_rows (fixture, "users", "1 ada poems 36; 2 bob art 5");
}

TEST (delete__of_the_old_row_takes_the_new_one_along)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_delete (fixture, "users", "id=1");
  fixture_assert_rows (fixture, "profiles", "");
}

TEST (delete__of_the_new_row_empties_the_old_columns)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_delete (fixture, "profiles", "id=1");
  fixture_assert_rows (fixture, "users", "1 ada ~ ~; 2 bob ~ ~");
}

TEST (key__that_changes_in_the_old_table_changes_in_the_new_one)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_update (fixture, "users", "id=1", "id=9");
  fixture_assert_rows (fixture, "profiles", "9 math 36");
}

TEST (key__that_changes_in_the_new_table_moves_the_values)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_update (fixture, "profiles", "id=1", "id=2");
  fixture_assert_rows (fixture, "users", "1 ada ~ ~; 2 bob math 36");
  fixture_apply_all (fixture);
}

TEST (old_row__that_comes_second_takes_what_the_new_one_has)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);

  fixture_insert (fixture, "profiles", "id=3, bio=early");
  fixture_insert (fixture, "users", "id=3, name=carol");
  fixture_assert_rows (fixture, "users", "1 ada math 36; 2 bob ~ ~; 3 carol early ~");
  fixture_assert_rows (fixture, "profiles", "1 math 36; 3 early ~");
}

TEST (split__before_the_copy_carries_what_is_written)
{
  g_autoptr (Fixture) fixture = fixture_new (SPLIT);

  fixture_apply (fixture, 1);
  fixture_update (fixture, "users", "id=1", "age=40");
  fixture_assert_rows (fixture, "profiles", "1 math 40");
  fixture_apply_all (fixture);
  fixture_assert_rows (fixture, "profiles", "1 math 40");
  fixture_assert_columns (fixture, "users", "id* name");
}

TEST (split__keeps_abort_from_losing_what_the_new_application_wrote)
{
  g_autoptr (Fixture) fixture = fixture_new (SPLIT);

  fixture_apply_all (fixture);
  fixture_update (fixture, "profiles", "id=1", "bio=poems");
  fixture_insert (fixture, "profiles", "id=2, bio=art");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 ada poems 36; 2 bob art ~");
}

TEST (split__of_a_composite_key_finds_its_rows)
{
  g_autoptr (Fixture) fixture = migrating (
      "table:\n"
      "  name: t\n"
      "  columns:\n"
      "    - { name: a, type: INTEGER, primary_key: true }\n"
      "    - { name: b, type: TEXT, primary_key: true }\n"
      "    - { name: c, type: TEXT }\n"
      "  rows: [ { a: 1, b: x, c: one }, { a: 1, b: y, c: two }, { a: 2, b: x, c: three } ]\n"
      "change: { split_table: { to: u, columns: [c], key: [a, b] } }\n");

  fixture_assert_rows (fixture, "u", "1 x one; 1 y two; 2 x three");
  fixture_update (fixture, "u", "c=two", "c=TWO");
  fixture_update (fixture, "t", "c=three", "c=THREE");
  fixture_assert_rows (fixture, "t", "1 x one; 1 y TWO; 2 x THREE");
  fixture_assert_rows (fixture, "u", "1 x one; 1 y TWO; 2 x THREE");
  fixture_apply_all (fixture);
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "t", "1 x one; 1 y TWO; 2 x THREE");
}

TEST (split__counts_the_rows_that_differ)
{
  g_autoptr (Fixture) fixture = fixture_new (SPLIT);
  gsize first = 99;

  fixture_apply (fixture, 1);
  const Database *database = memory_database (fixture->session);
  ck_assert_uint_eq (
      cross_sync_out_of_step (database, database->table_syncs->pdata[0], &first), 1);
  ck_assert_uint_eq (first, 0);
  fixture_apply (fixture, 1);
  database = memory_database (fixture->session);
  ck_assert_uint_eq (
      cross_sync_out_of_step (database, database->table_syncs->pdata[0], NULL), 0);
}

TEST (split__copied_twice_is_copied_once)
{
  g_autoptr (Fixture) fixture = migrating (SPLIT);
  GError *error = NULL;

  ck_assert (
      engine_apply (fixture->session, migration_plan_step (fixture->plan, 1), &error));
  fixture_assert_rows (fixture, "profiles", "1 math 36");
}

TEST_MAIN ("engine/memory/cross_sync", copy_rows__carries_what_there_is,
           old_application__reaches_the_new_table, new_application__reaches_the_old_table,
           delete__of_the_old_row_takes_the_new_one_along,
           delete__of_the_new_row_empties_the_old_columns,
           key__that_changes_in_the_old_table_changes_in_the_new_one,
           key__that_changes_in_the_new_table_moves_the_values,
           old_row__that_comes_second_takes_what_the_new_one_has,
           split__before_the_copy_carries_what_is_written,
           split__keeps_abort_from_losing_what_the_new_application_wrote,
           split__of_a_composite_key_finds_its_rows, split__counts_the_rows_that_differ,
           split__copied_twice_is_copied_once)
