/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases: tables by name, copies, differences.
 */
#include "config.h"

#include "model/database.h"

#include "fixture.h"
#include "testing.h"

static Table *
with_a_row (const char *name, Arena *arena)
{
  static const Column column
      = { .name = "a", .type = { .base = COLUMN_TYPE_INTEGER }, .nullable = TRUE };
  Table *table = table_new (name);

  ck_assert (table_add_column (table, &column, NULL, arena, NULL));
  table_insert (table, (Value[]){ value_integer (1) });
  return table;
}

TEST (find__takes_a_name_or_an_alias)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Database) database = database_new ();

  database_add (database, with_a_row ("a", arena));
  database_add (database, with_a_row ("b", arena));
  database_find (database, "b")->alias = "c";
  ck_assert_ptr_eq (database_find (database, "c"), database_find (database, "b"));
  ck_assert_ptr_null (database_find (database, "d"));
  g_autofree const char **names = database_table_names (database);
  ck_assert_str_eq (names[0], "a");
  ck_assert_str_eq (names[1], "b");
  ck_assert_ptr_null (names[2]);
}

TEST (remove__says_whether_there_was_one)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Database) database = database_new ();

  database_add (database, with_a_row ("a", arena));
  ck_assert (database_remove (database, "a"));
  ck_assert (!database_remove (database, "a"));
}

TEST (copy__is_another_database_of_the_same_cells)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Database) database = database_new ();

  database_add (database, with_a_row ("a", arena));
  g_autoptr (Database) copy = database_copy (database);
  ck_assert (database_equal (copy, database));
  ck_assert_ptr_eq (table_vector (database_find (copy, "a"), 0),
                    table_vector (database_find (database, "a"), 0));
  table_insert (database_find (copy, "a"), (Value[]){ value_integer (2) });
  ck_assert (!database_equal (copy, database));
}

TEST (difference__names_the_table)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Database) a = database_new ();
  g_autoptr (Database) b = database_new ();
  TableSync sync = { 0 };

  database_add (a, with_a_row ("a", arena));
  g_autofree char *left_over = database_difference (a, b);
  g_autofree char *missing = database_difference (b, a);
  ck_assert_str_eq (left_over, "table 'a' is left over");
  ck_assert_str_eq (missing, "table 'a' is missing");
  database_add (b, with_a_row ("a", arena));
  table_insert (database_find (b, "a"), (Value[]){ value_integer (2) });
  g_autofree char *rows = database_difference (a, b);
  ck_assert_str_eq (rows, "table 'a': 1 rows, expected 2");
  table_insert (database_find (a, "a"), (Value[]){ value_integer (2) });
  g_ptr_array_add (a->table_syncs, &sync);
  g_autofree char *syncs = database_difference (a, b);
  assert_has (syncs, "write-sync");
}

TEST_MAIN ("model/database", find__takes_a_name_or_an_alias,
           remove__says_whether_there_was_one,
           copy__is_another_database_of_the_same_cells, difference__names_the_table)
