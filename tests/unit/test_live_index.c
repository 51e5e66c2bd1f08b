/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes that follow what is written, and sets of writes.
 */
#include "config.h"

#include "engine/memory/live_index.h"

#include "engine/memory/write_set.h"
#include "testing.h"

static const Column A
    = { .name = "a", .type = { .base = COLUMN_TYPE_INTEGER }, .nullable = TRUE };
static const Column B = { .name = "b",
                          .type = { .base = COLUMN_TYPE_INTEGER },
                          .nullable = TRUE,
                          .identity = IDENTITY_BY_DEFAULT };
static const guint COLUMNS[] = { 0 };

static Table *
numbers (Arena *arena, guint n, gint64 modulo)
{
  Table *table = table_new ("t");

  ck_assert (table_add_column (table, &A, NULL, arena, NULL));
  ck_assert (table_add_column (table, &B, NULL, arena, NULL));
  for (guint i = 0; i < n; i++)
    table_insert (table, (Value[]){ value_integer (i % modulo), value_integer (i) });
  return table;
}

static guint
count (const LiveIndex *index, gint64 wanted)
{
  Value value = value_integer (wanted);
  LiveCursor cursor = live_index_find (index, &value);
  guint n = 0;
  gsize row;

  while (live_cursor_next (&cursor, &row))
    n++;
  return n;
}

TEST (live_index__finds_every_row_with_the_value)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 1000, 10);
  g_autoptr (LiveIndex) index = live_index_new (table, COLUMNS, 1);

  ck_assert_uint_eq (count (index, 3), 100);
  ck_assert_uint_eq (count (index, 11), 0);
}

TEST (live_index__follows_what_is_written)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 10, 10);
  g_autoptr (LiveIndex) index = live_index_new (table, COLUMNS, 1);
  Value changed = value_integer (77);

  vector_set (table_vector (table, 0), 3, &changed);
  live_index_add (index, 3);
  ck_assert_uint_eq (count (index, 77), 1);
  ck_assert_uint_eq (count (index, 3), 0);
  live_index_add (index, table_insert (table, (Value[]){ changed, changed }));
  ck_assert_uint_eq (count (index, 77), 2);
}

TEST (live_index__has_no_nulls)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 3, 10);
  const Value null = VALUE_NULL_INIT;

  table_insert (table, (Value[]){ null, null });
  g_autoptr (LiveIndex) index = live_index_new (table, COLUMNS, 1);
  LiveCursor cursor = live_index_find (index, &null);
  gsize row;
  ck_assert (!live_cursor_next (&cursor, &row));
}

TEST (live_cursor__goes_on_while_rows_are_added)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 200, 2);
  g_autoptr (LiveIndex) index = live_index_new (table, COLUMNS, 1);
  Value one = value_integer (1);
  LiveCursor cursor = live_index_find (index, &one);
  guint n = 0;
  gsize row;

  while (live_cursor_next (&cursor, &row))
    {
      n++;
      for (guint i = 0; i < 20; i++)
        live_index_add (index,
                        table_insert (table, (Value[]){ value_integer (100 + n), one }));
    }
  ck_assert_uint_eq (n, 100);
}

TEST (write_set__takes_deleted_rows_out_at_the_end)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 5, 10);
  g_autoptr (WriteSet) set = write_set_new ();

  ck_assert (write_set_delete (set, table, 3));
  ck_assert (!write_set_delete (set, table, 3));
  ck_assert (write_set_delete (set, table, 0));
  gsize added = table_insert (table, (Value[]){ value_integer (9), value_integer (9) });
  ck_assert (write_set_delete (set, table, added));
  ck_assert (write_set_is_deleted (set, table, 0));
  ck_assert (!write_set_is_deleted (set, table, 1));
  ck_assert_uint_eq (table_n_rows (table), 6);
  write_set_finish (set);
  ck_assert_uint_eq (table_n_rows (table), 3);
  ck_assert_int_eq (table_cell (table, 2, 0).integer, 4);
  ck_assert (!write_set_is_deleted (set, table, 0));
}

TEST (write_set__keeps_one_index_over_the_same_columns)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 5, 10);
  g_autoptr (WriteSet) set = write_set_new ();
  static const guint other[] = { 1 };
  LiveIndex *index = write_set_index (set, table, COLUMNS, 1);

  ck_assert_ptr_eq (write_set_index (set, table, COLUMNS, 1), index);
  ck_assert_ptr_ne (write_set_index (set, table, other, 1), index);
  write_set_row_added (
      set, table,
      table_insert (table, (Value[]){ value_integer (8), value_integer (8) }));
  ck_assert_uint_eq (count (index, 8), 1);
}

TEST (write_set__numbers_on_from_the_highest)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = numbers (arena, 5, 10);
  g_autoptr (WriteSet) set = write_set_new ();

  ck_assert_int_eq (write_set_next_identity (set, table, 1), 5);
  write_set_row_added (
      set, table,
      table_insert (table, (Value[]){ value_integer (8), value_integer (20) }));
  ck_assert_int_eq (write_set_next_identity (set, table, 1), 21);
}

TEST_MAIN ("engine/memory/live_index", live_index__finds_every_row_with_the_value,
           live_index__follows_what_is_written, live_index__has_no_nulls,
           live_cursor__goes_on_while_rows_are_added,
           write_set__takes_deleted_rows_out_at_the_end,
           write_set__keeps_one_index_over_the_same_columns,
           write_set__numbers_on_from_the_highest)
