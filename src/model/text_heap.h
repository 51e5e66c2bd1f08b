/* SPDX-License-Identifier: Apache-2.0
 *
 * Text heap: the bytes of a vector's texts, and the cells that point into them.
 */
#pragma once

#include "model/value.h"

/* A cell of eight bytes: 40 bits of offset, 24 of length.  A text too long for that has
 * its length in the eight bytes before it in the heap.  So a heap holds up to 1 TiB, and
 * one text may take all of it: memory ends before either does. */
typedef guint64 TextCell;

/* The cell of a null; it points nowhere. */
#define TEXT_CELL_NULL G_GUINT64_CONSTANT (0xffffff)

typedef struct
{
  char *bytes;
  gsize length;
  gsize capacity;
  gsize shared;  /* several cells may use the bytes before this offset */
  gsize garbage; /* bytes behind it that no cell uses any more */
} TextHeap;

static inline gboolean
text_cell_is_null (TextCell cell)
{
  return cell == TEXT_CELL_NULL;
}

/* The text of a cell that is not null; borrowed until the heap is written. */
Value text_heap_get (const TextHeap *heap, TextCell cell);

/* Room for a text at the end.  Returns: its cell; the place to fill in @bytes */
TextCell text_heap_add (TextHeap *heap, gsize length, char **bytes);

/* Copies in a text, which may lie in the heap itself, or null. */
TextCell text_heap_add_value (TextHeap *heap, const Value *value);

/* Puts another text or null into @cell, in the old one's place where it fits. */
void text_heap_replace (TextHeap *heap, TextCell *cell, const Value *value);

/* Whether so many bytes are unused that text_heap_compact() is worth its time. */
gboolean text_heap_is_wasteful (const TextHeap *heap);

/* Drops the bytes that none of the @n cells uses, and moves the cells. */
void text_heap_compact (TextHeap *heap, TextCell *cells, gsize n);

/* From now on several cells may use each text that is there. */
void text_heap_share (TextHeap *heap);

TextHeap text_heap_copy (const TextHeap *heap);
void text_heap_clear (TextHeap *heap);
