/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables: columns, keys, rows and their identities; and what differs between two.
 */
#include "config.h"

#include "model/table.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

typedef struct
{
  Arena *arena;
  Table *table;
} Bench;

static Column
column (const char *name, ColumnType type)
{
  return (Column){ .name = name, .type = { .base = type }, .nullable = TRUE };
}

/* users (id key, name, email unique) with two rows */
static Bench *
bench_new (void)
{
  Bench *bench = g_new0 (Bench, 1);
  Column id = column ("id", COLUMN_TYPE_INTEGER),
         name = column ("name", COLUMN_TYPE_TEXT);
  Column email = column ("email", COLUMN_TYPE_TEXT);

  bench->arena = arena_new ();
  bench->table = table_new ("users");
  id.primary_key = TRUE;
  email.unique = TRUE;
  ck_assert (table_add_column (bench->table, &id, NULL, bench->arena, NULL));
  ck_assert (table_add_column (bench->table, &name, NULL, bench->arena, NULL));
  ck_assert (table_add_column (bench->table, &email, NULL, bench->arena, NULL));
  table_insert (bench->table, (Value[]){ value_integer (1), value_string ("ada"),
                                         value_string ("a@x") });
  table_insert (bench->table,
                (Value[]){ value_integer (2), value_string ("bob"), VALUE_NULL_INIT });
  return bench;
}

static void
bench_free (Bench *bench)
{
  table_free (bench->table);
  arena_free (bench->arena);
  g_free (bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

static void
assert_rows (const Table *table, const char *rows)
{
  g_autofree char *actual = rows_to_string (table);

  ck_assert_str_eq (actual, rows);
}

/* Columns ------------------------------------------------------------------------ */

TEST (add_column__that_exists_names_column_and_table)
{
  g_autoptr (Bench) bench = bench_new ();
  Column again = column ("name", COLUMN_TYPE_TEXT);
  g_autoptr (GError) error = NULL;

  ck_assert (!table_add_column (bench->table, &again, NULL, bench->arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS);
  ck_assert_str_eq (error->message, "column 'name' exists already in table 'users'");
}

TEST (add_column__gives_every_row_the_default)
{
  g_autoptr (Bench) bench = bench_new ();
  Column age = column ("age", COLUMN_TYPE_INTEGER),
         note = column ("note", COLUMN_TYPE_TEXT);

  age.default_kind = DEFAULT_VALUE;
  age.default_value = value_integer (18);
  ck_assert (table_add_column (bench->table, &age, NULL, bench->arena, NULL));
  ck_assert (table_add_column (bench->table, &note, NULL, bench->arena, NULL));
  assert_rows (bench->table, "1 ada a@x 18 ~; 2 bob ~ 18 ~");
}

TEST (add_column__of_two_keys_is_one_key)
{
  g_autoptr (Bench) bench = bench_new ();
  Column other = column ("tenant", COLUMN_TYPE_INTEGER);

  other.primary_key = TRUE;
  ck_assert (table_add_column (bench->table, &other, NULL, bench->arena, NULL));
  const Constraint *key = table_primary_key (bench->table);
  ck_assert_str_eq (key->columns[0], "id");
  ck_assert_str_eq (key->columns[1], "tenant");
  ck_assert_ptr_null (key->columns[2]);
}

TEST (drop_column__that_is_missing_is_an_error_with_a_guess)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GError) error = NULL;

  ck_assert (!table_drop_column (bench->table, "nmae", bench->arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
  ck_assert_str_eq (error->message,
                    "table 'users' has no column 'nmae'; did you mean 'name'?");
}

TEST (drop_column__takes_its_constraints_and_indexes_along)
{
  g_autoptr (Bench) bench = bench_new ();
  IndexPart part = { .column = "email" };
  Index index = { .name = "i", .parts = &part, .n_parts = 1 };

  ck_assert (table_add_index (bench->table, &index, NULL));
  ck_assert (table_drop_column (bench->table, "email", bench->arena, NULL));
  ck_assert_uint_eq (bench->table->constraints->len, 1);
  ck_assert_uint_eq (bench->table->indexes->len, 0);
  assert_rows (bench->table, "1 ada; 2 bob");
}

TEST (drop_column__of_a_key_leaves_no_column_that_believes_in_it)
{
  g_autoptr (Bench) bench = bench_new ();
  Column other = column ("tenant", COLUMN_TYPE_INTEGER);

  other.primary_key = TRUE;
  ck_assert (table_add_column (bench->table, &other, NULL, bench->arena, NULL));
  ck_assert (table_drop_column (bench->table, "tenant", bench->arena, NULL));
  ck_assert_ptr_null (table_primary_key (bench->table));
  ck_assert (!table_find_column (bench->table, "id")->primary_key);
}

TEST (drop_column__of_the_last_one_is_refused)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (GError) error = NULL;

  ck_assert (table_drop_column (bench->table, "email", bench->arena, NULL));
  ck_assert (table_drop_column (bench->table, "name", bench->arena, NULL));
  ck_assert (!table_drop_column (bench->table, "id", bench->arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_INVALID);
}

TEST (replace_column__under_another_name_is_followed)
{
  g_autoptr (Bench) bench = bench_new ();
  Column key = column ("key", COLUMN_TYPE_INTEGER),
         mail = column ("mail", COLUMN_TYPE_TEXT);
  g_autoptr (GError) error = NULL;

  ck_assert (table_replace_column (bench->table, "id", &key, bench->arena, NULL));
  ck_assert (table_replace_column (bench->table, "email", &mail, bench->arena, NULL));
  ck_assert_str_eq (table_primary_key (bench->table)->columns[0], "key");
  ck_assert (table_find_column (bench->table, "key")->primary_key);
  ck_assert (!table_find_column (bench->table, "key")->nullable);
  ck_assert (!table_replace_column (bench->table, "gone", &key, bench->arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
}

TEST (move_column__goes_both_ways_with_its_cells)
{
  g_autoptr (Bench) bench = bench_new ();

  table_move_column (bench->table, 0, 2);
  assert_rows (bench->table, "ada a@x 1; bob ~ 2");
  table_move_column (bench->table, 2, 0);
  assert_rows (bench->table, "1 ada a@x; 2 bob ~");
}

/* Constraints and indexes -------------------------------------------------------- */

TEST (constraint__exists_once_and_a_table_has_one_key)
{
  g_autoptr (Bench) bench = bench_new ();
  const char *const columns[] = { "name", NULL };
  Constraint unique = { .kind = CONSTRAINT_UNIQUE, .name = "u", .columns = columns };
  Constraint key = { .kind = CONSTRAINT_PRIMARY_KEY, .name = "k", .columns = columns };
  g_autoptr (GError) error = NULL;

  ck_assert (table_add_constraint (bench->table, &unique, bench->arena, NULL));
  ck_assert (!table_add_constraint (bench->table, &unique, bench->arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS);
  g_clear_error (&error);
  ck_assert (!table_add_constraint (bench->table, &key, bench->arena, &error));
  assert_has (error->message, "has a primary key already");
  g_clear_error (&error);
  ck_assert (!table_drop_constraint (bench->table, "none", bench->arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
  ck_assert (table_drop_constraint (bench->table, "users_pkey", bench->arena, NULL));
  ck_assert (!table_find_column (bench->table, "id")->primary_key);
}

TEST (index__exists_once)
{
  g_autoptr (Bench) bench = bench_new ();
  IndexPart part = { .column = "name" };
  Index index = { .name = "i", .parts = &part, .n_parts = 1 };
  g_autoptr (GError) error = NULL;

  ck_assert (table_add_index (bench->table, &index, NULL));
  ck_assert_ptr_eq (table_find_index (bench->table, "i"), &index);
  ck_assert (!table_add_index (bench->table, &index, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS);
  g_clear_error (&error);
  ck_assert (table_drop_index (bench->table, "i", NULL));
  ck_assert (!table_drop_index (bench->table, "i", &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
}

TEST (move_constraints__speak_of_the_other_column)
{
  g_autoptr (Bench) bench = bench_new ();
  IndexPart part = { .column = "email" };
  Index index = { .name = "i", .parts = &part, .n_parts = 1 };

  ck_assert (table_add_index (bench->table, &index, NULL));
  table_move_constraints (bench->table, "email", "name", bench->arena);
  ck_assert (index_uses_column (table_find_index (bench->table, "i"), "name"));
  ck_assert (constraint_uses_column (
      table_find_constraint (bench->table, "users_email_key"), "name"));
}

/* Rows --------------------------------------------------------------------------- */

TEST (copy__shares_the_cells_until_one_is_written)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (Table) copy = table_copy (bench->table);

  ck_assert_ptr_eq (table_vector (copy, 1), table_vector (bench->table, 1));
  table_insert (copy,
                (Value[]){ value_integer (3), value_string ("c"), VALUE_NULL_INIT });
  assert_rows (bench->table, "1 ada a@x; 2 bob ~");
  assert_rows (copy, "1 ada a@x; 2 bob ~; 3 c ~");
}

TEST (row__keeps_its_identity_when_others_go)
{
  g_autoptr (Bench) bench = bench_new ();
  gint64 second = table_row_id (bench->table, 1);
  gsize rows[] = { 0 }, row = 9;

  table_remove_rows (bench->table, rows, 1);
  ck_assert (table_find_row (bench->table, second, &row));
  ck_assert_uint_eq (row, 0);
  ck_assert (!table_find_row (bench->table, second - 1, &row));
  table_insert (bench->table,
                (Value[]){ value_integer (3), VALUE_NULL_INIT, VALUE_NULL_INIT });
  ck_assert_int_gt (table_row_id (bench->table, 1), second);
  table_remove_rows (bench->table, NULL, 0);
  assert_rows (bench->table, "2 bob ~; 3 ~ ~");
}

TEST (insert_with_id__puts_the_row_in_its_place)
{
  g_autoptr (Bench) bench = bench_new ();
  gsize rows[] = { 0 };
  gint64 first = table_row_id (bench->table, 0);

  table_remove_rows (bench->table, rows, 1);
  ck_assert_uint_eq (
      table_insert_with_id (
          bench->table, first,
          (Value[]){ value_integer (1), value_string ("again"), VALUE_NULL_INIT }),
      0);
  assert_rows (bench->table, "1 again ~; 2 bob ~");
  table_insert_with_id (bench->table, 50,
                        (Value[]){ value_integer (5), VALUE_NULL_INIT, VALUE_NULL_INIT });
  ck_assert_int_eq (bench->table->next_row_id, 51);
}

/* Differences -------------------------------------------------------------------- */

static void
assert_differs (const Table *actual, const Table *expected, const char *how)
{
  g_autofree char *difference = table_difference (actual, expected);

  ck_assert_ptr_nonnull (difference);
  ck_assert_str_eq (difference, how);
  ck_assert (!table_equal (actual, expected));
}

TEST (difference__of_the_same_is_none)
{
  g_autoptr (Bench) a = bench_new ();
  g_autoptr (Bench) b = bench_new ();

  ck_assert (table_equal (a->table, b->table));
}

TEST (difference__says_which_cell_and_how_many_rows)
{
  g_autoptr (Bench) a = bench_new ();
  g_autoptr (Bench) b = bench_new ();
  Value other = value_string ("x");

  vector_set (table_vector (a->table, 1), 1, &other);
  assert_differs (a->table, b->table, "row 2: 'name' is 'x', expected 'bob'");
  table_insert (a->table, (Value[]){ value_integer (3), other, other });
  assert_differs (a->table, b->table, "3 rows, expected 2");
}

TEST (difference__says_which_column)
{
  g_autoptr (Bench) a = bench_new ();
  g_autoptr (Bench) b = bench_new ();
  Column age = column ("age", COLUMN_TYPE_INTEGER),
         name = column ("name", COLUMN_TYPE_TEXT);

  ck_assert (table_add_column (a->table, &age, NULL, a->arena, NULL));
  assert_differs (a->table, b->table, "column 'age' is left over");
  assert_differs (b->table, a->table, "column 'age' is missing");
  table_move_column (a->table, 3, 0);
  assert_differs (a->table, b->table, "column 1 is 'age', expected 'id'");
  ck_assert (table_drop_column (a->table, "age", a->arena, NULL));
  name.nullable = FALSE;
  ck_assert (table_replace_column (a->table, "name", &name, a->arena, NULL));
  assert_differs (a->table, b->table, "the definition of column 'name' differs");
}

TEST (difference__says_which_constraint_and_index)
{
  g_autoptr (Bench) a = bench_new ();
  g_autoptr (Bench) b = bench_new ();
  IndexPart part = { .column = "name" };
  Index index = { .name = "i", .parts = &part, .n_parts = 1 }, other = index;

  ck_assert (table_drop_constraint (a->table, "users_email_key", a->arena, NULL));
  assert_differs (a->table, b->table, "constraint 'users_email_key' is missing");
  assert_differs (b->table, a->table, "constraint 'users_email_key' is left over");
  const char *const columns[] = { "name", NULL };
  Constraint unique
      = { .kind = CONSTRAINT_UNIQUE, .name = "users_email_key", .columns = columns };
  ck_assert (table_add_constraint (a->table, &unique, a->arena, NULL));
  assert_differs (a->table, b->table, "constraint 'users_email_key' differs");
  ck_assert (table_drop_constraint (a->table, "users_email_key", a->arena, NULL));
  ck_assert (table_drop_constraint (b->table, "users_email_key", b->arena, NULL));
  ck_assert (table_add_index (a->table, &index, NULL));
  assert_differs (a->table, b->table, "index 'i' is left over");
  assert_differs (b->table, a->table, "index 'i' is missing");
  other.unique = TRUE;
  ck_assert (table_add_index (b->table, &other, NULL));
  assert_differs (a->table, b->table, "index 'i' differs");
}

TEST (difference__says_which_name)
{
  g_autoptr (Bench) a = bench_new ();
  g_autoptr (Bench) b = bench_new ();

  a->table->alias = "people";
  assert_differs (a->table, b->table, "the second name is 'people', expected ''");
  a->table->name = "persons";
  assert_differs (a->table, b->table, "table 'persons', expected 'users'");
}

TEST (alias__is_another_one_over_other_columns)
{
  g_autoptr (Bench) a = bench_new ();
  g_autoptr (Bench) b = bench_new ();
  Column age = column ("age", COLUMN_TYPE_INTEGER);

  a->table->alias = b->table->alias = "people";
  ck_assert (table_alias_equal (a->table, b->table));
  ck_assert (!table_alias_equal (a->table, NULL));
  ck_assert (table_add_column (b->table, &age, NULL, b->arena, NULL));
  ck_assert (!table_alias_equal (a->table, b->table));
  b->table->alias = NULL;
  ck_assert (!table_alias_equal (a->table, b->table));
}

TEST_MAIN ("model/table", add_column__that_exists_names_column_and_table,
           add_column__gives_every_row_the_default, add_column__of_two_keys_is_one_key,
           drop_column__that_is_missing_is_an_error_with_a_guess,
           drop_column__takes_its_constraints_and_indexes_along,
           drop_column__of_a_key_leaves_no_column_that_believes_in_it,
           drop_column__of_the_last_one_is_refused,
           replace_column__under_another_name_is_followed,
           move_column__goes_both_ways_with_its_cells,
           constraint__exists_once_and_a_table_has_one_key, index__exists_once,
           move_constraints__speak_of_the_other_column,
           copy__shares_the_cells_until_one_is_written,
           row__keeps_its_identity_when_others_go,
           insert_with_id__puts_the_row_in_its_place, difference__of_the_same_is_none,
           difference__says_which_cell_and_how_many_rows, difference__says_which_column,
           difference__says_which_constraint_and_index, difference__says_which_name,
           alias__is_another_one_over_other_columns)
