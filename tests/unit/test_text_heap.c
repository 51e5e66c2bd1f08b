/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/text_heap.h"
#include "testing.h"

static void
assert_text (const TextHeap *heap, TextCell cell, const char *expected)
{
  Value text = text_heap_get (heap, cell), value = value_string (expected);

  ck_assert_msg (value_equal (&text, &value), "%.*s", (int) text.text.length,
                 text.text.bytes);
}

static TextCell
add (TextHeap *heap, const char *text)
{
  Value value = value_string (text);

  return text_heap_add_value (heap, &value);
}

static void
replace (TextHeap *heap, TextCell *cell, const char *text)
{
  Value value = value_string (text);

  text_heap_replace (heap, cell, &value);
}

TEST (text_heap_add__keeps_texts_and_nulls)
{
  TextHeap heap = { 0 };
  TextCell cells[] = { add (&heap, "zażółć"), add (&heap, ""), add (&heap, NULL) };

  assert_text (&heap, cells[0], "zażółć");
  assert_text (&heap, cells[1], "");
  ck_assert (text_cell_is_null (cells[2]));
  ck_assert (!text_cell_is_null (cells[1]));
  text_heap_clear (&heap);
}

TEST (text_heap_replace__uses_the_old_place_where_it_can)
{
  TextHeap heap = { 0 };
  TextCell cell = add (&heap, "long text");
  gsize length = heap.length;

  replace (&heap, &cell, "short");
  assert_text (&heap, cell, "short");
  ck_assert_uint_eq (heap.length, length);
  replace (&heap, &cell, "rather longer");
  assert_text (&heap, cell, "rather longer");
  ck_assert_uint_gt (heap.length, length);
  replace (&heap, &cell, NULL);
  ck_assert (text_cell_is_null (cell));
  replace (&heap, &cell, "back");
  assert_text (&heap, cell, "back");
  text_heap_clear (&heap);
}

TEST (text_heap_replace__leaves_shared_texts_alone)
{
  TextHeap heap = { 0 };
  TextCell one = add (&heap, "shared"), two = one;

  text_heap_share (&heap);
  replace (&heap, &one, "mine");
  assert_text (&heap, one, "mine");
  assert_text (&heap, two, "shared");
  text_heap_clear (&heap);
}

TEST (text_heap_compact__drops_what_no_cell_uses)
{
  TextHeap heap = { 0 };
  TextCell cells[] = { add (&heap, "shared"), 0, TEXT_CELL_NULL };

  text_heap_share (&heap);
  cells[1] = add (&heap, "a");
  ck_assert (!text_heap_is_wasteful (&heap));
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *text = g_strnfill (i, 'x');

      replace (&heap, &cells[1], text);
    }
  ck_assert (text_heap_is_wasteful (&heap));
  replace (&heap, &cells[1], "zażółć");
  text_heap_compact (&heap, cells, G_N_ELEMENTS (cells));
  ck_assert (!text_heap_is_wasteful (&heap));
  ck_assert_uint_eq (heap.length, strlen ("sharedzażółć"));
  assert_text (&heap, cells[0], "shared");
  assert_text (&heap, cells[1], "zażółć");
  ck_assert (text_cell_is_null (cells[2]));
  text_heap_clear (&heap);
}

TEST (text_heap_copy__stands_alone)
{
  TextHeap heap = { 0 }, copy;
  TextCell cell = add (&heap, "text");

  copy = text_heap_copy (&heap);
  text_heap_clear (&heap);
  assert_text (&copy, cell, "text");
  text_heap_clear (&copy);
}

TEST_MAIN ("model/text_heap", text_heap_add__keeps_texts_and_nulls,
           text_heap_replace__uses_the_old_place_where_it_can,
           text_heap_replace__leaves_shared_texts_alone,
           text_heap_compact__drops_what_no_cell_uses, text_heap_copy__stands_alone)
