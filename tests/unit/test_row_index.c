/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/memory/row_index.h"
#include "testing.h"

static const guint BOTH[] = { 0, 1 };

/* Columns a (INTEGER) and b (TEXT), both nullable, and these cells; -1 and NULL are null.
 */
typedef struct
{
  gint64 a;
  const char *b;
} Cells;

static Table *
table_of (const Cells *cells, guint n, Arena *arena)
{
  static const ColumnType TYPES[] = { COLUMN_TYPE_INTEGER, COLUMN_TYPE_TEXT };
  static const char *const NAMES[] = { "a", "b" };
  Table *table = table_new ("t");

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      Column column = { .name = NAMES[i], .type.base = TYPES[i], .nullable = TRUE };

      ck_assert (table_add_column (table, &column, NULL, arena, NULL));
    }
  for (guint i = 0; i < n; i++)
    {
      const Value row[] = { cells[i].a < 0 ? VALUE_NULL_INIT : value_integer (cells[i].a),
                            value_string (cells[i].b) };

      table_insert (table, row);
    }
  return table;
}

TEST (row_index__finds_rows_lowest_first)
{
  static const Cells CELLS[]
      = { { 1, "x" }, { 2, "x" }, { 1, "x" }, { 1, "y" }, { 1, "x" } };
  const Value sought[] = { value_integer (1), value_string ("x") };
  const Value absent[] = { value_integer (2), value_string ("y") };
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = table_of (CELLS, G_N_ELEMENTS (CELLS), arena);
  g_autoptr (RowIndex) index = row_index_new (table, BOTH, 2);
  gsize row;

  ck_assert (row_index_first (index, sought, &row));
  ck_assert_uint_eq (row, 0);
  ck_assert (row_index_next (index, sought, &row));
  ck_assert_uint_eq (row, 2);
  ck_assert (row_index_next (index, sought, &row));
  ck_assert_uint_eq (row, 4);
  ck_assert (!row_index_next (index, sought, &row));
  ck_assert (!row_index_first (index, absent, &row));
}

TEST (row_index__passes_over_nulls)
{
  static const Cells CELLS[]
      = { { -1, "x" }, { 1, NULL }, { -1, "x" }, { 1, NULL }, { 1, "x" } };
  const Value sought[] = { value_integer (1), value_string ("x") };
  const Value null[] = { value_integer (1), VALUE_NULL_INIT };
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = table_of (CELLS, G_N_ELEMENTS (CELLS), arena);
  g_autoptr (RowIndex) index = row_index_new (table, BOTH, 2);
  gsize row, first, second;

  ck_assert (row_index_first (index, sought, &row));
  ck_assert_uint_eq (row, 4);
  ck_assert (!row_index_first (index, null, &row));
  ck_assert (!row_index_duplicate (index, &first, &second));
}

TEST (row_index_duplicate__is_the_first_one)
{
  static const Cells CELLS[]
      = { { 1, "x" }, { 2, "x" }, { 3, "y" }, { 2, "x" }, { 1, "x" }, { 1, "x" } };
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = table_of (CELLS, G_N_ELEMENTS (CELLS), arena);
  g_autoptr (RowIndex) index = row_index_new (table, BOTH, 2);
  gsize first, second;

  ck_assert (row_index_duplicate (index, &first, &second));
  ck_assert_uint_eq (first, 0);
  ck_assert_uint_eq (second, 4);
}

TEST (row_index_duplicate__is_found_among_many)
{
  const Value last = value_integer (77);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) table = table_of (NULL, 0, arena);
  gsize first, second;

  for (gint64 i = 0; i < 20000; i++)
    table_insert (table, (Value[]){ value_integer (i), value_string ("same") });
  g_autoptr (RowIndex) distinct = row_index_new (table, BOTH, 2);
  ck_assert (!row_index_duplicate (distinct, &first, &second));

  table_insert (table, (Value[]){ last, value_string ("same") });
  g_autoptr (RowIndex) index = row_index_new (table, BOTH, 2);
  ck_assert (row_index_duplicate (index, &first, &second));
  ck_assert_uint_eq (first, 77);
  ck_assert_uint_eq (second, 20000);
}

TEST_MAIN ("memory/row_index", row_index__finds_rows_lowest_first,
           row_index__passes_over_nulls, row_index_duplicate__is_the_first_one,
           row_index_duplicate__is_found_among_many)
