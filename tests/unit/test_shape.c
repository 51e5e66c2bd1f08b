/* SPDX-License-Identifier: Apache-2.0
 *
 * The shape of columns, constraints, indexes and tables: what each step makes of it, and
 * what is refused.
 */
#include "config.h"

#include "model/shape.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

/* Applies every step to the declared tables; gives the error of the first that fails. */
static char *
problem_of (const char *yaml)
{
  g_autoptr (Fixture) fixture = fixture_new (yaml);
  const char *problem = NULL;

  while (problem == NULL && fixture->n_done < migration_plan_n_steps (fixture->plan))
    problem = fixture_try_step (fixture);
  return g_strdup (problem);
}

#define T                                                                                        \
  "table:\n"                                                                                     \
  "  name: t\n"                                                                                  \
  "  columns:\n"                                                                                 \
  "    - { name: id, type: INTEGER, primary_key: true }\n"                                       \
  "    - { name: a, type: TEXT, nullable: false, unique: true, default: d, comment: about a }\n" \
  "    - { name: n, type: INTEGER }\n"                                                           \
  "  indexes: [ { name: i, columns: [a, n] } ]\n"                                                \
  "  constraints: [ { name: c, check: { column: a, not_empty: true } } ]\n"                      \
  "  rows: [ { id: 1, a: x, n: 1 } ]\n"

/* Mirrors --------------------------------------------------------------------- */

TEST (mirror__has_no_default_and_no_not_null_until_contract)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { rename_column: { from: a, to: b } }\n");

  fixture_apply_until (fixture, MIGRATION_PHASE_MIGRATING);
  const Column *mirror = table_find_column (fixture_table (fixture, "t"), "b");
  ck_assert (mirror->nullable);
  ck_assert_int_eq (mirror->default_kind, DEFAULT_NONE);
  fixture_apply_all (fixture);
  mirror = table_find_column (fixture_table (fixture, "t"), "b");
  ck_assert (!mirror->nullable);
  ck_assert_int_eq (mirror->default_kind, DEFAULT_VALUE);
  ck_assert_str_eq (mirror->comment, "about a");
}

TEST (rename__is_followed_by_constraints_and_indexes)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { rename_column: { from: a, to: b } }\n");

  fixture_apply_all (fixture);
  const Table *table = fixture_table (fixture, "t");
  fixture_assert_columns (fixture, "t", "id* n b*");
  ck_assert (index_uses_column (table_find_index (table, "i"), "b"));
  ck_assert (constraint_uses_column (table_find_constraint (table, "c"), "b"));
  assert_has (fixture_try_insert (fixture, "t", "id=2, b="), "breaks check 'c'");
  assert_has (fixture_try_insert (fixture, "t", "id=2, b=x"), "wants them unique");
}

TEST (replaced_column__gives_way_to_what_is_declared)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T
      "change: { add_column: { column: { name: b, type: TEXT, nullable: false, unique: true, "
      "default: q }, from: a, replaces: a } }\n");

  fixture_apply_all (fixture);
  const Table *table = fixture_table (fixture, "t");
  ck_assert_ptr_nonnull (table_find_constraint (table, "t_b_key"));
  ck_assert_ptr_null (table_find_constraint (table, "c"));
  ck_assert_ptr_null (table_find_index (table, "i"));
  fixture_insert (fixture, "t", "id=2");
  fixture_assert_rows (fixture, "t", "1 1 x; 2 ~ q");
  fixture_undo_all (fixture);
  ck_assert_ptr_nonnull (table_find_index (fixture_table (fixture, "t"), "i"));
}

TEST (swap__keeps_check_index_place_and_key)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { alter_column: { column: a, type: \"VARCHAR(2)\" } }\n");
  g_autoptr (Fixture) key
      = fixture_new (T "change: { alter_column: { column: id, type: TEXT } }\n");

  fixture_apply_all (fixture);
  fixture_assert_columns (fixture, "t", "id* a* n");
  assert_has (fixture_try_insert (fixture, "t", "id=2, a="), "breaks check 'c'");
  assert_has (fixture_try_insert (fixture, "t", "id=2, a=x"), "wants them unique");
  ck_assert_ptr_nonnull (table_find_index (fixture_table (fixture, "t"), "i"));
  fixture_apply_all (key);
  const Column *id = table_find_column (fixture_table (key, "t"), "id");
  ck_assert (id->primary_key && !id->nullable);
  ck_assert_int_eq (id->type.base, COLUMN_TYPE_TEXT);
  fixture_undo_all (key);
  fixture_assert_start (key);
}

TEST (swap__of_what_is_no_shadow_is_refused)
{
  g_autofree char *none = fixture_findings (
      T
      "steps: [ { phase: contracting, swap_column: { column: a, shadow: n, old_name: o } } ]\n");
  g_autofree char *taken = fixture_findings (
      T
      "steps:\n"
      "  - { phase: expanding, add_column: { column: { name: s, type: TEXT }, from: a, sync: both, "
      "purpose: shadow } }\n"
      "  - { phase: migrating, backfill: { column: s, from: a } }\n"
      "  - { phase: contracting, swap_column: { column: a, shadow: s, old_name: n } }\n");

  assert_has (none, "'n' is not the shadow of 'a' in 't'");
  assert_has (taken, "column 'n' exists already in table 't'");
}

TEST (end_sync__of_what_is_not_in_step_is_refused)
{
  g_autofree char *findings = fixture_findings (
      T "steps: [ { phase: contracting, end_sync: { column: n } } ]\n");

  assert_has (findings, "column 'n' of 't' is not kept in step with anything");
}

/* Alter ----------------------------------------------------------------------- */

#define ALTER(what) \
  T "steps: [ { phase: contracting, alter_column: { column: " what " } } ]\n"

TEST (alter__changes_what_it_names_and_nothing_else)
{
  g_autoptr (Fixture) fixture
      = fixture_new (ALTER ("a, default: other, nullable: true, comment: new"));

  fixture_apply_all (fixture);
  fixture_insert (fixture, "t", "id=2");
  fixture_assert_rows (fixture, "t", "1 x 1; 2 other ~");
  const Column *column = table_find_column (fixture_table (fixture, "t"), "a");
  ck_assert (column->nullable);
  ck_assert_str_eq (column->comment, "new");
  fixture_undo_all (fixture);
  ck_assert_str_eq (table_find_column (fixture_table (fixture, "t"), "a")->comment,
                    "about a");
}

TEST (alter__that_cannot_be_is_refused)
{
  g_autofree char *cast = fixture_findings (
      "table: { name: t, columns: [ { name: b, type: BOOLEAN } ] }\n"
      "steps: [ { phase: contracting, alter_column: { column: b, type: DATE } } ]\n");
  g_autofree char *key = fixture_findings (ALTER ("id, nullable: true"));
  g_autofree char *length = fixture_findings (ALTER ("a, type: INTEGER, default: null"));
  g_autofree char *null = problem_of (
      "table: { name: t, columns: [ { name: b, type: TEXT } ], rows: [ { b: null } ] }\n"
      "steps: [ { phase: contracting, alter_column: { column: b, nullable: false } } ]\n");

  assert_has (cast, "BOOLEAN, which does not cast to DATE");
  assert_has (key, "is in the primary key");
  assert_has (length, "default");
  assert_has (null, "'b' is null");
}

TEST (alter__that_a_check_does_not_suit_is_refused)
{
  g_autofree char *check = fixture_findings (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: b, type: TEXT } ]\n"
      "  constraints: [ { name: c, check: { column: b, in: [a, b] } } ]\n"
      "change: { alter_column: { column: b, type: INTEGER } }\n");
  g_autofree char *reference = fixture_findings (
      "tables:\n"
      "  - { name: p, columns: [ { name: id, type: INTEGER, primary_key: true } ] }\n"
      "  - name: c\n"
      "    columns: [ { name: p, type: INTEGER } ]\n"
      "    constraints: [ { name: f, foreign_key: [p], references: { table: p } } ]\n"
      "change: { table: p, alter_column: { column: id, type: TEXT } }\n");

  assert_has (check, "expected an INTEGER, got 'a'");
  assert_has (reference, "foreign key 'f'");
}

/* Drop ------------------------------------------------------------------------ */

TEST (drop__of_what_others_need_is_refused)
{
#define PARENT                                                                                 \
  "tables:\n"                                                                                  \
  "  - name: p\n"                                                                              \
  "    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: x, type: TEXT } ]\n" \
  "  - name: c\n"                                                                              \
  "    columns: [ { name: p, type: INTEGER } ]\n"                                              \
  "    constraints: [ { name: f, foreign_key: [p], references: { table: p } } ]\n"
  g_autofree char *column
      = fixture_findings (PARENT "steps: [ { phase: contracting, table: p, "
                                 "drop_column: { column: id } } ]\n");
  g_autofree char *table
      = fixture_findings (PARENT "change: { table: p, drop_table: {} }\n");
  g_autofree char *missing
      = fixture_findings (PARENT "change: { table: p, drop_column: { column: y } }\n");

  assert_has (column, "column 'id' of 'p' is referenced by foreign key 'f' of 'c'");
  assert_has (table, "table 'p' is referenced by foreign key 'f' of 'c'");
  assert_has (missing, "'y'");
}

TEST (drop__of_what_fills_another_column_is_refused)
{
#define FILLED                                                                                      \
  "tables:\n"                                                                                       \
  "  - name: s\n"                                                                                   \
  "    columns: [ { name: k, type: INTEGER }, { name: v, type: TEXT }, { name: w, type: TEXT } ]\n" \
  "  - name: t\n"                                                                                   \
  "    columns: [ { name: k, type: INTEGER }, { name: w, type: TEXT } ]\n"                          \
  "steps:\n"                                                                                        \
  "  - phase: expanding\n"                                                                          \
  "    table: t\n"                                                                                  \
  "    add_column: { column: { name: v, type: TEXT }, from: { table: s, match: { k: k }, column: "  \
  "v } }\n"
  static const char *const drops[] = {
    "  - { phase: contracting, table: s, drop_column: { column: v } }\n",
    "  - { phase: contracting, table: s, drop_column: { column: k } }\n",
    "  - { phase: contracting, table: t, drop_column: { column: k } }\n",
    "  - { phase: contracting, table: s, drop_table: {} }\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (drops); i++)
    {
      g_autofree char *yaml = g_strconcat (FILLED, drops[i], NULL);
      g_autofree char *findings = fixture_findings (yaml);
      assert_has (findings, "still fills 'v' of 't'; end that sync first");
    }
  g_autoptr (Fixture) mirror = fixture_new (
      FILLED "  - { phase: contracting, table: t, drop_column: { column: v } }\n");
  fixture_apply_all (mirror);
  ck_assert_uint_eq (memory_database (mirror->session)->lookup_syncs->len, 0);
}

TEST (drop__of_what_a_split_goes_by_is_refused)
{
#define HALVES                                              \
  "tables:\n"                                               \
  "  - name: t\n"                                           \
  "    columns:\n"                                          \
  "      - { name: k, type: INTEGER, primary_key: true }\n" \
  "      - { name: v, type: TEXT }\n"                       \
  "      - { name: w, type: TEXT }\n"                       \
  "    rows: []\n"                                          \
  "change:\n"                                               \
  "  - split_table: { to: u, columns: [v], key: [k] }\n"
  g_autoptr (Fixture) fixture = fixture_new (HALVES);
  Operation drop = *migration_plan_step (fixture->plan, 2)->operation;
  const char *const key[] = { "k", NULL }, *const moved[] = { "v", NULL };
  MigrationStep step = { .operation = &drop, .index = 3 };
  g_autoptr (GError) error = NULL;

  fixture_apply (fixture, 2);
  drop.drop_column.columns = key;
  ck_assert (!engine_apply (fixture->session, &step, &error));
  assert_has (error->message, "column 'k' of 't' keeps 'u' in step with 't'");
  g_clear_error (&error);
  drop.table = "u";
  drop.drop_column.columns = moved;
  ck_assert (!engine_apply (fixture->session, &step, &error));
  assert_has (error->message, "column 'v' of 'u' keeps 'u' in step with 't'");
}

TEST (relax__of_a_key_is_refused)
{
  g_autofree char *findings = fixture_findings (
      T "steps: [ { phase: expanding, relax_column: { column: id } } ]\n");

  assert_has (findings, "no writer can leave it out");
}

/* Constraints and indexes ----------------------------------------------------- */

TEST (constraint__is_added_renamed_and_dropped)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T
      "steps:\n"
      "  - { phase: contracting, add_constraint: { name: d, check: { column: n, min: 0 } } }\n"
      "  - { phase: contracting, rename_constraint: { from: d, to: e } }\n"
      "  - { phase: contracting, drop_constraint: { name: c } }\n");

  fixture_apply_all (fixture);
  const Table *table = fixture_table (fixture, "t");
  ck_assert_ptr_nonnull (table_find_constraint (table, "e"));
  ck_assert_ptr_null (table_find_constraint (table, "d"));
  ck_assert_ptr_null (table_find_constraint (table, "c"));
  assert_has (fixture_try_insert (fixture, "t", "id=2, n=-1"), "breaks check 'e'");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (constraint__that_cannot_stand_is_refused)
{
#define STEP(step) fixture_findings (T "steps: [ { phase: contracting, " step " } ]\n")
  g_autofree char *exists
      = STEP ("add_constraint: { name: c, check: { column: n, min: 0 } }");
  g_autofree char *missing = STEP ("drop_constraint: { name: cc }");
  g_autofree char *rename = STEP ("rename_constraint: { from: x, to: y }");
  g_autofree char *onto = STEP ("rename_constraint: { from: c, to: t_pkey }");
  g_autofree char *column = STEP ("add_constraint: { name: d, unique: [nn] }");
  g_autofree char *length
      = STEP ("add_constraint: { name: d, check: { column: n, min_length: 2 } }");
  g_autofree char *index = STEP ("create_index: { name: i, columns: [n] }");
  g_autofree char *no_index = STEP ("drop_index: { name: j }");
  g_autofree char *reference
      = STEP ("add_constraint: { name: d, foreign_key: [a], references: { table: t } }");

  assert_has (exists, "'c' exists already");
  assert_has (missing, "did you mean 'c'?");
  assert_has (rename, "no constraint 'x'");
  assert_has (onto, "'t_pkey' exists already");
  assert_has (column, "'nn'");
  assert_has (length, "a length needs a text type");
  assert_has (index, "'i' exists already");
  assert_has (no_index, "no index 'j'");
  assert_has (reference, "foreign key 'd': 'a' is TEXT, but 'id' of 't' is INTEGER");
}

TEST (creates__may_skip_what_is_there)
{
  g_autoptr (Fixture) fixture = fixture_new (
      T
      "change:\n"
      "  - create_index: { name: i, columns: [n], if_exists: skip }\n"
      "  - add_constraint: { name: c, check: { column: a, not_empty: true }, if_exists: skip }\n"
      "  - create_table: { name: t, columns: [ { name: z, type: TEXT } ], if_exists: skip }\n");

  fixture_apply_all (fixture);
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

/* Tables ---------------------------------------------------------------------- */

TEST (rename_table__has_two_names_until_contract)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "tables:\n"
      "  - name: p\n"
      "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"
      "    rows: [ { id: 1 } ]\n"
      "  - name: c\n"
      "    columns: [ { name: p, type: INTEGER } ]\n"
      "    constraints: [ { name: f, foreign_key: [p], references: { table: p } } ]\n"
      "    rows: [ { p: 1 } ]\n"
      "change: { table: p, rename_table: { to: q } }\n");

  fixture_apply (fixture, 1);
  fixture_insert (fixture, "q", "id=2");
  fixture_insert (fixture, "p", "id=3");
  fixture_insert (fixture, "c", "p=2");
  fixture_apply (fixture, 1);
  ck_assert_ptr_null (database_find (memory_database (fixture->session), "p"));
  fixture_assert_rows (fixture, "q", "1; 2; 3");
  assert_has (fixture_try_insert (fixture, "c", "p=9"), "which is not in 'q'");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "p", "1; 2; 3");
}

TEST (table_name__that_is_taken_is_refused)
{
#define TWO                                                 \
  "tables:\n"                                               \
  "  - { name: t, columns: [ { name: a, type: TEXT } ] }\n" \
  "  - { name: u, columns: [ { name: a, type: TEXT } ] }\n"
  g_autofree char *rename
      = fixture_findings (TWO "change: { table: t, rename_table: { to: u } }\n");
  g_autofree char *create = fixture_findings (
      TWO
      "change: { create_table: { name: u, columns: [ { name: a, type: TEXT } ] } }\n");
  g_autofree char *copy = fixture_findings (
      TWO "steps: [ { phase: migrating, table: t, copy_rows: { to: u } } ]\n");

  assert_has (rename, "'u' exists already");
  assert_has (create, "'u' exists already");
  assert_has (copy, "'u' is not split from 't'");
}

TEST (drop_table__if_missing_may_skip)
{
  g_autoptr (Fixture) fixture
      = fixture_new (TWO "change: { table: t, drop_table: { if_missing: skip } }\n");

  fixture_apply_all (fixture);
  ck_assert_uint_eq (memory_database (fixture->session)->tables->len, 1);
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
}

TEST (shape__of_a_change_is_no_shape)
{
  g_autoptr (Database) database = database_new ();
  g_autoptr (Arena) arena = arena_new ();
  Operation change = { .kind = OPERATION_RENAME_COLUMN, .table = "t" };
  g_autoptr (GError) error = NULL;

  ck_assert (!shape_apply (database, &change, arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_INVALID);
}

TEST (shape__that_fails_leaves_everything_as_it_was)
{
  g_autoptr (Fixture) fixture
      = fixture_new (T "change: { drop_column: { column: n } }\n");
  g_autoptr (Database) database = database_copy (fixture->start);
  g_autoptr (Arena) arena = arena_new ();
  const char *const columns[] = { "n", "gone", NULL };
  Operation drop = { .kind = OPERATION_DROP_COLUMN, .table = "t" };
  g_autoptr (GError) error = NULL;

  drop.drop_column.columns = columns;
  ck_assert (!shape_apply (database, &drop, arena, &error));
  ck_assert (database_equal (database, fixture->start));
}

TEST_MAIN ("model/shape", mirror__has_no_default_and_no_not_null_until_contract,
           rename__is_followed_by_constraints_and_indexes,
           replaced_column__gives_way_to_what_is_declared,
           swap__keeps_check_index_place_and_key, swap__of_what_is_no_shadow_is_refused,
           end_sync__of_what_is_not_in_step_is_refused,
           alter__changes_what_it_names_and_nothing_else,
           alter__that_cannot_be_is_refused, alter__that_a_check_does_not_suit_is_refused,
           drop__of_what_others_need_is_refused,
           drop__of_what_fills_another_column_is_refused,
           drop__of_what_a_split_goes_by_is_refused, relax__of_a_key_is_refused,
           constraint__is_added_renamed_and_dropped,
           constraint__that_cannot_stand_is_refused, creates__may_skip_what_is_there,
           rename_table__has_two_names_until_contract,
           table_name__that_is_taken_is_refused, drop_table__if_missing_may_skip,
           shape__of_a_change_is_no_shape, shape__that_fails_leaves_everything_as_it_was)
