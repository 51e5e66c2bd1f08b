/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/vector.h"
#include "testing.h"

static const ValueKind KINDS[] = { VALUE_INTEGER, VALUE_DOUBLE, VALUE_TEXT };

/* Some value of the kind; @arena holds its text. */
static Value
random_value (ValueKind kind, GRand *rand, Arena *arena)
{
  gsize length;
  char *text;

  if (g_rand_int_range (rand, 0, 5) == 0)
    return VALUE_NULL_INIT;
  if (kind == VALUE_INTEGER)
    return value_integer (g_rand_int (rand));
  if (kind == VALUE_DOUBLE)
    return value_double (g_rand_double (rand));
  length = (gsize) g_rand_int_range (rand, 0, 40);
  text = arena_alloc (arena, length + 1);
  for (gsize i = 0; i < length; i++)
    text[i] = (char) g_rand_int_range (rand, 0, 256);
  return value_text (text, length);
}

static void
assert_cells (const Vector *vector, const GArray *model)
{
  gboolean has_null = FALSE;

  ck_assert_uint_eq (vector_length (vector), model->len);
  for (guint i = 0; i < model->len; i++)
    {
      Value cell = vector_get (vector, i);

      has_null = has_null || value_is_null (&cell);
      ck_assert_msg (value_equal (&cell, &g_array_index (model, Value, i)), "row %u", i);
    }
  ck_assert_int_eq (vector_has_null (vector), has_null);
}

/* Any sequence of appends, sets and copies does what a plain array does. */
static void
run_random (ValueKind kind, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GArray) model = g_array_new (FALSE, FALSE, sizeof (Value));
  g_autoptr (Vector) vector = NULL;
  Value value = random_value (kind, rand, arena);

  vector = vector_new_constant (kind, &value, seed % 3 * 10);
  for (guint i = 0; i < seed % 3 * 10; i++)
    g_array_append_val (model, value);
  for (guint i = 0; i < 400; i++)
    {
      g_autoptr (Vector) other = NULL;

      value = random_value (kind, rand, arena);
      if (g_rand_int_range (rand, 0, 20) == 0)
        other = vector_ref (vector);
      vector_writable (&vector);
      if (model->len == 0 || g_rand_int_range (rand, 0, 3) == 0)
        {
          vector_append (vector, &value);
          g_array_append_val (model, value);
        }
      else
        {
          guint row = (guint) g_rand_int_range (rand, 0, (gint32) model->len);

          vector_set (vector, row, &value);
          g_array_index (model, Value, row) = value;
        }
      ck_assert (other != vector);
    }
  assert_cells (vector, model);
}

TEST (vector__does_what_an_array_does)
{
  for (guint i = 0; i < G_N_ELEMENTS (KINDS); i++)
    for (guint32 seed = 0; seed < 60; seed++)
      run_random (KINDS[i], seed);
}

TEST (vector_new__is_empty)
{
  for (guint i = 0; i < G_N_ELEMENTS (KINDS); i++)
    {
      g_autoptr (Vector) vector = vector_new (KINDS[i]);
      g_autoptr (Vector) copy = vector_ref (vector);

      ck_assert_uint_eq (vector_kind (vector), KINDS[i]);
      ck_assert_uint_eq (vector_length (vector), 0);
      ck_assert (!vector_has_null (vector));
      ck_assert (vector_equal (vector, vector_writable (&copy)));
    }
  vector_unref (NULL);
}

TEST (vector_new_constant__stores_one_cell)
{
  Value value = value_string ("a default that is rather long");
  g_autoptr (Vector) vector = vector_new_constant (VALUE_TEXT, &value, 1000000);
  Value cell = vector_get (vector, 999999), other = value_string ("b");

  ck_assert (value_equal (&cell, &value));
  ck_assert_uint_lt (vector_size (vector), 1000);
  vector_append (vector, &value);
  ck_assert_uint_eq (vector_length (vector), 1000001);
  ck_assert_uint_lt (vector_size (vector), 1000);
  vector_set (vector, 5, &value);
  ck_assert_uint_lt (vector_size (vector), 1000);

  vector_set (vector, 500000, &other);
  cell = vector_get (vector, 500000);
  ck_assert (value_equal (&cell, &other));
  for (guint i = 499999; i < 500002; i += 2)
    {
      cell = vector_get (vector, i);
      ck_assert (value_equal (&cell, &value));
    }
  /* The million equal texts still share their bytes. */
  ck_assert_uint_lt (vector_size (vector), 13000000);
}

TEST (vector_new_constant__may_be_null)
{
  Value null = VALUE_NULL_INIT, value = value_integer (3), cell;
  g_autoptr (Vector) vector = vector_new_constant (VALUE_INTEGER, &null, 9);

  ck_assert (vector_has_null (vector));
  vector_append (vector, &value);
  cell = vector_get (vector, 8);
  ck_assert (value_is_null (&cell));
  for (guint i = 0; i < 9; i++)
    vector_set (vector, i, &value);
  ck_assert (!vector_has_null (vector));
}

TEST (vector_new_sequence__counts_up)
{
  g_autoptr (Vector) vector = vector_new_sequence (-1, 4);

  for (gsize row = 0; row < 4; row++)
    ck_assert_int_eq (vector_get (vector, row).integer, (gint64) row - 1);
  ck_assert (vector_strictly_increasing (vector));
}

TEST (vector_new_cycle__repeats_its_values)
{
  const Value texts[] = { value_string ("a"), VALUE_NULL_INIT, value_string ("ccc") };
  const Value integers[] = { value_integer (7), VALUE_NULL_INIT };
  g_autoptr (Vector) words = vector_new_cycle (VALUE_TEXT, texts, 3, 20);
  g_autoptr (Vector) numbers = vector_new_cycle (VALUE_INTEGER, integers, 2, 21);

  for (gsize row = 0; row < 20; row++)
    {
      Value word = vector_get (words, row), number = vector_get (numbers, row);

      ck_assert (value_equal (&word, &texts[row % 3]));
      ck_assert (value_equal (&number, &integers[row % 2]));
    }
  ck_assert_uint_eq (vector_length (numbers), 21);
}

TEST (vector_new_cycle__may_end_before_all_values_were_used)
{
  const Value values[] = { value_integer (1), value_integer (2), VALUE_NULL_INIT };
  g_autoptr (Vector) two = vector_new_cycle (VALUE_INTEGER, values, 3, 2);
  g_autoptr (Vector) none = vector_new_cycle (VALUE_INTEGER, values, 3, 0);

  ck_assert_uint_eq (vector_length (two), 2);
  ck_assert (!vector_has_null (two));
  ck_assert_uint_eq (vector_length (none), 0);
}

TEST (vector_set__changes_one_cell_of_a_cycle)
{
  const Value texts[] = { value_string ("abc"), value_string ("def") };
  const Value other = value_string ("x");
  g_autoptr (Vector) vector = vector_new_cycle (VALUE_TEXT, texts, 2, 6);

  vector_set (vector, 2, &other);
  for (gsize row = 0; row < 6; row++)
    {
      Value cell = vector_get (vector, row);

      ck_assert (value_equal (&cell, row == 2 ? &other : &texts[row % 2]));
    }
}

TEST (vector_is_all_null__counts_every_row)
{
  const Value one = value_integer (1);
  g_autoptr (Vector) vector = vector_new_constant (VALUE_INTEGER, &VALUE_NULL_INIT, 3);

  ck_assert (vector_is_all_null (vector));
  vector_set (vector, 1, &one);
  ck_assert (!vector_is_all_null (vector));
  vector_set (vector, 1, &VALUE_NULL_INIT);
  ck_assert (vector_is_all_null (vector));
}

TEST (vector_mix_hashes__is_value_mix_hash_of_each_cell)
{
  const Value texts[]
      = { value_string ("a"), VALUE_NULL_INIT, value_string ("longer than 8") };
  g_autoptr (Vector) vector = vector_new_cycle (VALUE_TEXT, texts, 3, 5);
  guint32 hashes[5] = { 1, 2, 3, 4, 5 };

  vector_mix_hashes (vector, hashes);
  for (guint row = 0; row < 5; row++)
    ck_assert_uint_eq (hashes[row], value_mix_hash (row + 1, &texts[row % 3]));
}

TEST (vector_writable__copies_only_what_is_shared)
{
  Value one = value_string ("one"), two = value_string ("two");
  Vector *vector = vector_new (VALUE_TEXT), *alone = vector;
  Vector *shared;
  Value cell;

  vector_append (vector, &one);
  ck_assert_ptr_eq (vector_writable (&vector), alone);
  shared = vector_ref (vector);
  ck_assert_ptr_ne (vector_writable (&vector), shared);
  vector_set (vector, 0, &two);
  cell = vector_get (shared, 0);
  ck_assert (value_equal (&cell, &one));
  vector_unref (vector);
  vector_unref (shared);
}

TEST (vector_append__may_be_given_a_cell_of_its_own)
{
  g_autoptr (Vector) vector = vector_new (VALUE_TEXT);
  Value value = value_string ("the text that is copied over and over");
  Value cell;

  vector_append (vector, &value);
  for (guint i = 0; i < 1000; i++)
    {
      cell = vector_get (vector, i);
      vector_append (vector, &cell);
    }
  cell = vector_get (vector, 1000);
  ck_assert (value_equal (&cell, &value));
}

TEST (vector_append_text__gives_the_place_to_fill)
{
  Value value = value_string ("x"), cell;
  g_autoptr (Vector) vector = vector_new_constant (VALUE_TEXT, &value, 2);

  memcpy (vector_append_text (vector, 6), "zażó", 6);
  vector_append_text (vector, 0);
  cell = vector_get (vector, 2);
  value = value_string ("zażó");
  ck_assert (value_equal (&cell, &value));
  cell = vector_get (vector, 3);
  value = value_string ("");
  ck_assert (value_equal (&cell, &value));
  ck_assert_uint_eq (vector_length (vector), 4);
}

TEST (vector__holds_texts_longer_than_a_cell_can_say)
{
  gsize length = 17 * 1024 * 1024;
  g_autofree char *big = g_strnfill (length, 'x');
  g_autoptr (Vector) vector = vector_new (VALUE_TEXT);
  g_autoptr (Vector) copy = NULL;
  Value values[]
      = { value_string ("a"), value_text (big, length), value_string ("b"),
          value_text (big, ((1 << 24) - 2)), value_text (big, ((1 << 24) - 3)) };
  Value cell;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    vector_append (vector, &values[i]);
  copy = vector_ref (vector);
  vector_writable (&copy);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      cell = vector_get (copy, i);
      ck_assert (value_equal (&cell, &values[i]));
    }
  for (guint i = 0; i < 3; i++)
    {
      vector_set (copy, 1, &values[0]);
      vector_set (copy, 1, &values[1]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      cell = vector_get (copy, i);
      ck_assert (value_equal (&cell, &values[i]));
    }
}

TEST (vector_set__does_not_let_the_heap_grow_for_ever)
{
  g_autoptr (Vector) vector = vector_new (VALUE_TEXT);
  Value value = value_string ("");
  char text[64];

  for (guint i = 0; i < 1000; i++)
    vector_append (vector, &value);
  for (guint round = 0; round < 300; round++)
    for (guint i = 0; i < 1000; i++)
      {
        g_snprintf (text, sizeof text, "%*u", (int) (round * 7 % 50), i);
        value = value_string (text);
        vector_set (vector, i, &value);
      }
  ck_assert_uint_lt (vector_size (vector), 400000);
  for (guint i = 0; i < 1000; i++)
    {
      Value cell = vector_get (vector, i);

      g_snprintf (text, sizeof text, "%*u", 299 * 7 % 50, i);
      value = value_string (text);
      ck_assert (value_equal (&cell, &value));
    }
}

TEST (vector_set__keeps_shared_texts_when_it_compacts)
{
  g_autofree char *big = g_strnfill (1000, 'x');
  Value constant = value_string ("constant"), value;
  g_autoptr (Vector) vector = vector_new_constant (VALUE_TEXT, &constant, 1000);

  for (guint round = 0; round < 30; round++)
    for (guint i = 0; i < 500; i++)
      {
        value = value_text (big, (round * 331 + i) % 1000);
        vector_set (vector, i, &value);
      }
  ck_assert_uint_lt (vector_size (vector), 2500000);
  for (guint i = 0; i < 1000; i++)
    {
      Value cell = vector_get (vector, i);

      value = i < 500 ? value_text (big, (29 * 331 + i) % 1000) : constant;
      ck_assert (value_equal (&cell, &value));
    }
}

static Vector *
integers (const gint64 *numbers, gsize n)
{
  Vector *vector = vector_new (VALUE_INTEGER);

  vector_reserve (vector, n);
  for (gsize i = 0; i < n; i++)
    {
      Value value = value_integer (numbers[i]);

      vector_append (vector, &value);
    }
  return vector;
}

TEST (vector_strictly_increasing__holds_for_growing_integers_only)
{
  static const gint64 UP[] = { G_MININT64, -1, 0, 5, G_MAXINT64 };
  static const gint64 EQUAL[] = { 1, 2, 2 };
  Value null = VALUE_NULL_INIT, one = value_integer (1), text = value_string ("a");
  g_autoptr (Vector) up = integers (UP, 5);
  g_autoptr (Vector) equal = integers (EQUAL, 3);
  g_autoptr (Vector) empty = integers (NULL, 0);
  g_autoptr (Vector) single = vector_new_constant (VALUE_INTEGER, &one, 1);
  g_autoptr (Vector) constant = vector_new_constant (VALUE_INTEGER, &one, 2);
  g_autoptr (Vector) texts = vector_new_constant (VALUE_TEXT, &text, 1);

  ck_assert (vector_strictly_increasing (up));
  ck_assert (vector_strictly_increasing (empty));
  ck_assert (vector_strictly_increasing (single));
  ck_assert (!vector_strictly_increasing (equal));
  ck_assert (!vector_strictly_increasing (constant));
  ck_assert (!vector_strictly_increasing (texts));
  vector_append (up, &null);
  ck_assert (!vector_strictly_increasing (up));
}

TEST (vector_pick__takes_rows_in_the_order_given)
{
  static const gint64 NUMBERS[] = { 10, 11, 12 }, PICKED[] = { 12, 10, 12 };
  static const gsize ROWS[] = { 2, 0, 2 };
  Value text = value_string ("c");
  g_autoptr (Vector) vector = integers (NUMBERS, 3);
  g_autoptr (Vector) expected = integers (PICKED, 3);
  g_autoptr (Vector) picked = vector_pick (vector, ROWS, 3);
  g_autoptr (Vector) constant = vector_new_constant (VALUE_TEXT, &text, 3);
  g_autoptr (Vector) picked_constant = vector_pick (constant, ROWS, 3);
  g_autoptr (Vector) none = vector_pick (constant, NULL, 0);

  ck_assert (vector_equal (picked, expected));
  ck_assert (vector_equal (picked_constant, constant));
  ck_assert_uint_eq (vector_length (none), 0);
}

TEST (vector_equal__compares_cells)
{
  Value a = value_string ("a"), b = value_string ("b"), null = VALUE_NULL_INIT;
  g_autoptr (Vector) constant = vector_new_constant (VALUE_TEXT, &a, 2);
  g_autoptr (Vector) same = vector_new_constant (VALUE_TEXT, &a, 2);
  g_autoptr (Vector) plain = vector_new (VALUE_TEXT);
  g_autoptr (Vector) numbers = integers ((const gint64[]){ 1, 2 }, 2);

  vector_append (plain, &a);
  ck_assert (!vector_equal (constant, plain));
  vector_append (plain, &b);
  ck_assert (!vector_equal (constant, plain));
  vector_set (plain, 1, &null);
  ck_assert (!vector_equal (constant, plain));
  vector_set (plain, 1, &a);
  ck_assert (vector_equal (constant, plain));
  ck_assert (vector_equal (constant, same));
  ck_assert (!vector_equal (constant, numbers));
  ck_assert (vector_equal (plain, plain));
}

TEST (vector__holds_a_million_short_texts_in_little_memory)
{
  g_autoptr (Vector) vector = vector_new (VALUE_TEXT);
  char text[16];
  Value value;

  vector_reserve (vector, 1000000);
  for (guint i = 0; i < 1000000; i++)
    {
      g_snprintf (text, sizeof text, "user%06u", i);
      value = value_text (text, 10);
      vector_append (vector, &value);
    }
  ck_assert_uint_le (vector_size (vector), 24000000);
}

TEST_MAIN ("model/vector", vector__does_what_an_array_does, vector_new__is_empty,
           vector_new_constant__stores_one_cell, vector_new_constant__may_be_null,
           vector_new_sequence__counts_up, vector_new_cycle__repeats_its_values,
           vector_new_cycle__may_end_before_all_values_were_used,
           vector_set__changes_one_cell_of_a_cycle, vector_is_all_null__counts_every_row,
           vector_mix_hashes__is_value_mix_hash_of_each_cell,
           vector_writable__copies_only_what_is_shared,
           vector_append__may_be_given_a_cell_of_its_own,
           vector_append_text__gives_the_place_to_fill,
           vector__holds_texts_longer_than_a_cell_can_say,
           vector_set__does_not_let_the_heap_grow_for_ever,
           vector_set__keeps_shared_texts_when_it_compacts,
           vector_strictly_increasing__holds_for_growing_integers_only,
           vector_pick__takes_rows_in_the_order_given, vector_equal__compares_cells,
           vector__holds_a_million_short_texts_in_little_memory)
