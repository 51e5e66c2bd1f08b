/* SPDX-License-Identifier: Apache-2.0
 *
 * Text heap: the bytes of a vector's texts.
 */
#include "config.h"

#include "model/text_heap.h"

#include <string.h>

#define LENGTH_BITS 24
#define LENGTH_MASK ((G_GUINT64_CONSTANT (1) << LENGTH_BITS) - 1)
#define LENGTH_NULL LENGTH_MASK

/* The length is before the text. */
#define LENGTH_LONG (LENGTH_MASK - 1)

G_STATIC_ASSERT (TEXT_CELL_NULL == LENGTH_NULL);

/* Less garbage than this is not worth a compaction. */
#define GARBAGE_MIN (64u * 1024u)

static gsize
cell_offset (TextCell cell)
{
  return cell >> LENGTH_BITS;
}

Value
text_heap_get (const TextHeap *heap, TextCell cell)
{
  const char *bytes = heap->bytes + cell_offset (cell);
  guint64 length = cell & LENGTH_MASK;

  if (length == LENGTH_LONG)
    {
      memcpy (&length, bytes, sizeof length);
      bytes += sizeof length;
    }
  return value_text (length > 0 ? bytes : "", length);
}

/* Growth by half: doubling a heap of 100 MB wastes too much. */
static void
reserve (TextHeap *heap, gsize needed)
{
  if (needed <= heap->capacity)
    return;
  heap->capacity = MAX (MAX (heap->capacity + heap->capacity / 2, needed), 64);
  heap->bytes = g_realloc (heap->bytes, heap->capacity);
}

TextCell
text_heap_add (TextHeap *heap, gsize length, char **bytes)
{
  TextCell offset = (TextCell) heap->length << LENGTH_BITS;
  guint64 length64 = length;
  gsize prefix = length < LENGTH_LONG ? 0 : sizeof length64;

  /* One byte more: an empty first text would leave no heap to point into. */
  reserve (heap, heap->length + prefix + length + 1);
  *bytes = heap->bytes + heap->length + prefix;
  heap->length += prefix + length;
  if (prefix == 0)
    return offset | length;
  memcpy (*bytes - prefix, &length64, prefix);
  return offset | LENGTH_LONG;
}

/* Whether a text lies in the heap, which moves when it grows. */
static gboolean
is_inside (const TextHeap *heap, const char *bytes)
{
  guintptr start = (guintptr) heap->bytes, place = (guintptr) bytes;

  return place >= start && place - start < heap->length;
}

TextCell
text_heap_add_value (TextHeap *heap, const Value *value)
{
  const char *source = value->text.bytes;
  gboolean inside;
  gsize offset;
  TextCell cell;
  char *bytes;

  if (value_is_null (value))
    return TEXT_CELL_NULL;
  inside = is_inside (heap, source);
  offset = inside ? (gsize) (source - heap->bytes) : 0;
  cell = text_heap_add (heap, value->text.length, &bytes);
  if (inside)
    source = heap->bytes + offset;
  if (value->text.length > 0)
    memcpy (bytes, source, value->text.length);
  return cell;
}

/* The bytes that only this cell uses. */
static gsize
own_bytes (const TextHeap *heap, TextCell cell)
{
  if (text_cell_is_null (cell) || cell_offset (cell) < heap->shared)
    return 0;
  if ((cell & LENGTH_MASK) == LENGTH_LONG)
    return text_heap_get (heap, cell).text.length + sizeof (guint64);
  return cell & LENGTH_MASK;
}

void
text_heap_replace (TextHeap *heap, TextCell *cell, const Value *value)
{
  gsize room = own_bytes (heap, *cell), offset = cell_offset (*cell);
  gsize length = value_is_null (value) ? 0 : value->text.length;

  if (value_is_null (value) || length > room || length >= LENGTH_LONG)
    {
      *cell = text_heap_add_value (heap, value);
      heap->garbage += room;
      return;
    }
  if (length > 0)
    memmove (heap->bytes + offset, value->text.bytes, length);
  *cell = (TextCell) offset << LENGTH_BITS | length;
  heap->garbage += room - length;
}

gboolean
text_heap_is_wasteful (const TextHeap *heap)
{
  return heap->garbage > GARBAGE_MIN && heap->garbage > heap->length / 2;
}

void
text_heap_compact (TextHeap *heap, TextCell *cells, gsize n)
{
  gsize used = heap->length - heap->garbage;
  TextHeap compact = { .bytes = g_malloc (used + 1),
                       .length = heap->shared,
                       .capacity = used + 1,
                       .shared = heap->shared };

  if (heap->shared > 0)
    memcpy (compact.bytes, heap->bytes, heap->shared);
  for (gsize i = 0; i < n; i++)
    if (!text_cell_is_null (cells[i]) && cell_offset (cells[i]) >= heap->shared)
      {
        Value text = text_heap_get (heap, cells[i]);

        cells[i] = text_heap_add_value (&compact, &text);
      }
  text_heap_clear (heap);
  *heap = compact;
}

void
text_heap_share (TextHeap *heap)
{
  heap->shared = heap->length;
  heap->garbage = 0;
}

TextHeap
text_heap_copy (const TextHeap *heap)
{
  TextHeap copy = *heap;

  copy.bytes = g_memdup2 (heap->bytes, heap->length);
  copy.capacity = heap->length;
  return copy;
}

void
text_heap_clear (TextHeap *heap)
{
  g_free (heap->bytes);
  *heap = (TextHeap){ 0 };
}
