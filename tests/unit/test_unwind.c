/* SPDX-License-Identifier: Apache-2.0
 *
 * Going back, with and without writes of applications since.
 */
#include "config.h"

#include "engine/memory/unwind.h"

#include "fixture.h"
#include "testing.h"

#define USERS                                              \
  "table:\n"                                               \
  "  name: users\n"                                        \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false }\n"    \
  "    - { name: age, type: INTEGER, default: 1 }\n"       \
  "  rows: [ { id: 1, name: ada, age: 36 }, { id: 2, name: bob }, { id: 3, name: carol, age: 5 } ]\n"

#define RENAME USERS "change: { rename_column: { from: name, to: label } }\n"

static void
must_be_the_same_vectors (const Fixture *fixture)
{
  for (guint i = 0; i < fixture->start->tables->len; i++)
    {
      const Table *was = fixture->start->tables->pdata[i];
      const Table *is = fixture_table (fixture, was->name);
      for (guint j = 0; j < was->vectors->len; j++)
        ck_assert_ptr_eq (table_vector (is, j), table_vector (was, j));
      ck_assert_ptr_eq (is->row_ids, was->row_ids);
    }
}

TEST (undo__without_writes_gives_the_very_same_vectors)
{
  static const char *const changes[] = {
    "  rename_column: { from: name, to: label }\n",
    "  alter_column: { column: age, type: TEXT }\n",
    "  drop_column: { column: age }\n",
    "  delete_rows: { where: { id: 2 } }\n",
    "  update_rows: { set: { name: upper } }\n",
    "  insert_rows: { rows: [ { id: 9, name: z } ] }\n",
    "  split_table: { to: ages, columns: [age], key: [id] }\n",
    "  rename_table: { to: people }\n",
    "  drop_table: {}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autofree char *yaml = g_strconcat (USERS "change:\n", changes[i], NULL);
      g_autoptr (Fixture) fixture = fixture_new (yaml);
      fixture_apply_all (fixture);
      fixture_undo_all (fixture);
      fixture_assert_start (fixture);
      must_be_the_same_vectors (fixture);
    }
}

TEST (undo__keeps_what_applications_wrote)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  fixture_insert (fixture, "users", "id=4, name=before");
  fixture_apply (fixture, 1);
  fixture_insert (fixture, "users", "id=5, name=old");
  fixture_insert (fixture, "users", "id=6, label=new");
  fixture_apply (fixture, 1);
  fixture_update (fixture, "users", "id=1", "label=Ada");
  fixture_delete (fixture, "users", "id=2");
  fixture_apply (fixture, 1);
  fixture_insert (fixture, "users", "id=7, label=late");
  fixture_update (fixture, "users", "id=3", "label=Carol, age=6");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users",
                       "1 Ada 36; 3 Carol 6; 4 before 1; 5 old 1; 6 new 1; 7 late 1");
  fixture_assert_columns (fixture, "users", "id* name* age");
}

TEST (undo__takes_back_rows_that_a_step_inserted)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { insert_rows: { rows: [ { id: 9, name: z } ] } }\n");

  fixture_apply_all (fixture);
  fixture_update (fixture, "users", "id=9", "name=changed");
  fixture_insert (fixture, "users", "id=10, name=mine");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 ada 36; 2 bob 1; 3 carol 5; 10 mine 1");
}

TEST (undo__brings_back_rows_that_a_step_deleted_in_their_places)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { delete_rows: { where: { id: 2 } } }\n");

  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "id=4, name=new");
  fixture_delete (fixture, "users", "id=1");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "2 bob 1; 3 carol 5; 4 new 1");
}

TEST (undo__of_an_update_leaves_cells_that_an_application_wrote_since)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { update_rows: { set: { name: upper } } }\n");

  fixture_apply_all (fixture);
  fixture_update (fixture, "users", "id=1", "name=Lovelace");
  fixture_update (fixture, "users", "id=2", "age=50");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 Lovelace 36; 2 bob 50; 3 carol 5");
}

TEST (dropped_column__is_refilled_by_backward)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { drop_column: { column: name, backward: { template: 'user {id}' } } }\n");

  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "id=4, age=2");
  fixture_update (fixture, "users", "id=1", "age=37");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 ada 37; 2 bob 1; 3 carol 5; 4 user 4 2");
}

TEST (dropped_column__is_refilled_by_its_default)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { drop_column: { column: age } }\n");

  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "id=4, name=new");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 ada 36; 2 bob 1; 3 carol 5; 4 new 1");
}

TEST (dropped_column__is_refilled_by_the_sync_it_was_in)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { add_column: { column: { name: label, type: TEXT, nullable: false }, from: "
      "name, transform: lower, backward: upper, replaces: name } }\n");

  fixture_apply_all (fixture);
  fixture_update (fixture, "users", "id=1", "label=countess");
  fixture_insert (fixture, "users", "id=4, label=new");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 COUNTESS 36; 2 bob 1; 3 carol 5; 4 NEW 1");
}

TEST (required_null__written_while_the_column_was_relaxed_is_filled)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { drop_column: { column: name, backward: { constant: nobody } } }\n");

  fixture_apply (fixture, 1);
  fixture_update (fixture, "users", "id=1", "name=~");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 nobody 36; 2 bob 1; 3 carol 5");
}

TEST (undo__that_cannot_be_says_why_and_changes_nothing)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { delete_rows: { where: { id: 2 } } }\n");

  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "id=2, name=usurper");
  assert_has (fixture_try_undo (fixture),
              "rows written since do not fit the shape before");
  fixture_assert_rows (fixture, "users", "1 ada 36; 3 carol 5; 2 usurper 1");
}

TEST (dropped_check__is_kept_again_by_rows_that_backward_mends)
{
#define CHECKED(backward)                                                                       \
  "table:\n"                                                                                    \
  "  name: t\n"                                                                                 \
  "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: n, type: INTEGER } ]\n" \
  "  constraints: [ { name: c, check: { column: n, max: 9 } } ]\n"                              \
  "  rows: [ { id: 1, n: 3 } ]\n"                                                               \
  "change: { drop_constraint: { name: c" backward " } }\n"
  g_autoptr (Fixture) mended
      = fixture_new (CHECKED (", backward: { n: { constant: 9 } }"));
  g_autoptr (Fixture) stuck = fixture_new (CHECKED (""));

  fixture_apply_all (mended);
  fixture_insert (mended, "t", "id=2, n=10");
  fixture_insert (mended, "t", "id=3, n=4");
  fixture_undo_all (mended);
  fixture_assert_rows (mended, "t", "1 3; 2 9; 3 4");
  fixture_apply_all (stuck);
  fixture_insert (stuck, "t", "id=2, n=10");
  assert_has (fixture_try_undo (stuck), "'n' is '10', which breaks check 'c'");
}

TEST (swapped_column__comes_back_with_what_was_written)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { alter_column: { column: age, type: TEXT } }\n");

  fixture_apply (fixture, 3);
  fixture_update (fixture, "users", "id=1", "age=40");
  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "id=4, name=d, age=12");
  fixture_update (fixture, "users", "id=2", "age=no number");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 ada 40; 2 bob 1; 3 carol 5; 4 d 12");
  fixture_assert_columns (fixture, "users", "id* name* age");
}

TEST (renamed_table__comes_back_with_what_was_written)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { rename_table: { to: people } }\n");

  fixture_apply (fixture, 1);
  fixture_insert (fixture, "people", "id=4, name=new");
  fixture_insert (fixture, "users", "id=5, name=old");
  fixture_apply_all (fixture);
  fixture_delete (fixture, "people", "id=1");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "2 bob 1; 3 carol 5; 4 new 1; 5 old 1");
}

TEST (undo_and_apply__again_gives_the_same_end)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  fixture_apply_all (fixture);
  fixture_update (fixture, "users", "id=1", "label=x");
  fixture_undo_all (fixture);
  fixture_apply_all (fixture);
  fixture_assert_rows (fixture, "users", "1 36 x; 2 1 bob; 3 5 carol");
}

TEST_MAIN ("engine/memory/unwind", undo__without_writes_gives_the_very_same_vectors,
           undo__keeps_what_applications_wrote,
           undo__takes_back_rows_that_a_step_inserted,
           undo__brings_back_rows_that_a_step_deleted_in_their_places,
           undo__of_an_update_leaves_cells_that_an_application_wrote_since,
           dropped_column__is_refilled_by_backward,
           dropped_column__is_refilled_by_its_default,
           dropped_column__is_refilled_by_the_sync_it_was_in,
           required_null__written_while_the_column_was_relaxed_is_filled,
           undo__that_cannot_be_says_why_and_changes_nothing,
           dropped_check__is_kept_again_by_rows_that_backward_mends,
           swapped_column__comes_back_with_what_was_written,
           renamed_table__comes_back_with_what_was_written,
           undo_and_apply__again_gives_the_same_end)
