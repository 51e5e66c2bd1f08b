/* SPDX-License-Identifier: Apache-2.0
 *
 * Vector: the cells of one column.
 *
 * Integers and doubles are plain arrays with a bitmap of nulls that is made at
 * the first null.  Text is an array of eight-byte cells into one heap of bytes,
 * so that a cell can be set in place.  A heap holds up to 1 TiB, one text any
 * length that fits into it: memory ends before either does.
 */
#include "config.h"

#include "model/vector.h"

#include <string.h>

/* A text cell: 40 bits of offset, 24 of length.  Longer texts say CELL_LONG and
 * have their length in the eight bytes at the offset, before the text. */
typedef guint64 Cell;

#define CELL_LENGTH_BITS 24
#define CELL_LENGTH_MASK ((G_GUINT64_CONSTANT (1) << CELL_LENGTH_BITS) - 1)
#define CELL_NULL CELL_LENGTH_MASK
#define CELL_LONG (CELL_LENGTH_MASK - 1)

/* Less garbage than this is not worth a compaction. */
#define GARBAGE_MIN (64u * 1024u)

struct Vector
{
  guint n_refs;
  ValueKind kind;
  gboolean is_constant; /* one cell is stored; it stands for all rows */
  gsize length;         /* rows */
  gsize n_null;         /* rows that are null */
  gsize capacity;       /* cells there is room for */
  union
  {
    gint64 *integers;
    double *reals;
    Cell *cells;
    gpointer data;
  };
  guint8 *nulls; /* a bit a cell, 1 is null; NULL while there is none; not for text */
  char *heap;
  gsize heap_length;
  gsize heap_capacity;
  gsize heap_shared;  /* several cells may use the bytes before this offset */
  gsize heap_garbage; /* bytes behind it that no cell uses any more */
};

/* Every kind of cell has eight bytes. */
#define CELL_SIZE sizeof (guint64)
G_STATIC_ASSERT (sizeof (double) == CELL_SIZE && sizeof (Cell) == CELL_SIZE);

Vector *
vector_new (ValueKind kind)
{
  Vector *vector;

  g_return_val_if_fail (kind != VALUE_NULL, NULL);
  vector = g_new0 (Vector, 1);
  vector->n_refs = 1;
  vector->kind = kind;
  return vector;
}

Vector *
vector_new_constant (ValueKind kind, const Value *value, gsize n_rows)
{
  Vector *vector = vector_new (kind);

  if (n_rows == 0)
    return vector;
  vector_append (vector, value);
  vector->is_constant = TRUE;
  vector->length = n_rows;
  vector->n_null = value_is_null (value) ? n_rows : 0;
  return vector;
}

Vector *
vector_ref (Vector *vector)
{
  vector->n_refs++;
  return vector;
}

void
vector_unref (Vector *vector)
{
  if (vector == NULL || --vector->n_refs > 0)
    return;
  g_free (vector->data);
  g_free (vector->nulls);
  g_free (vector->heap);
  g_free (vector);
}

ValueKind
vector_kind (const Vector *vector)
{
  return vector->kind;
}

gsize
vector_length (const Vector *vector)
{
  return vector->length;
}

static gsize
bitmap_size (gsize n_cells)
{
  return (n_cells + 7) / 8;
}

gsize
vector_size (const Vector *vector)
{
  return sizeof *vector + vector->capacity * CELL_SIZE + vector->heap_capacity
         + (vector->nulls != NULL ? bitmap_size (vector->capacity) : 0);
}

/* The cells that are stored. */
static gsize
n_stored (const Vector *vector)
{
  return vector->is_constant ? 1 : vector->length;
}

/* Growth by half: doubling a column of 100 MB wastes too much. */
static gsize
grown (gsize capacity, gsize needed, gsize minimum)
{
  return MAX (MAX (capacity + capacity / 2, needed), minimum);
}

static void
set_capacity (Vector *vector, gsize capacity)
{
  gsize old_bitmap = bitmap_size (vector->capacity);
  gsize new_bitmap = bitmap_size (capacity);

  vector->data = g_realloc_n (vector->data, capacity, CELL_SIZE);
  if (vector->nulls != NULL)
    {
      vector->nulls = g_realloc (vector->nulls, new_bitmap);
      memset (vector->nulls + old_bitmap, 0, new_bitmap - old_bitmap);
    }
  vector->capacity = capacity;
}

void
vector_reserve (Vector *vector, gsize n_rows)
{
  if (n_rows > vector->capacity)
    set_capacity (vector, n_rows);
}

/* Gives the place of a new last cell. */
static gsize
add_cell (Vector *vector)
{
  if (vector->length == vector->capacity)
    set_capacity (vector, grown (vector->capacity, vector->length + 1, 16));
  return vector->length++;
}

static gboolean
null_bit (const Vector *vector, gsize cell)
{
  return vector->nulls != NULL && (vector->nulls[cell / 8] >> (cell % 8) & 1) != 0;
}

static void
set_null_bit (Vector *vector, gsize cell, gboolean is_null)
{
  guint8 bit = (guint8) (1u << (cell % 8));

  if (vector->nulls == NULL && !is_null)
    return;
  if (vector->nulls == NULL)
    vector->nulls = g_malloc0 (bitmap_size (vector->capacity));
  if (is_null)
    vector->nulls[cell / 8] |= bit;
  else
    vector->nulls[cell / 8] &= (guint8) ~bit;
}

/* The text of a cell that is not null. */
static Value
cell_text (const Vector *vector, Cell cell)
{
  const char *bytes = vector->heap + (cell >> CELL_LENGTH_BITS);
  guint64 length = cell & CELL_LENGTH_MASK;

  if (length == CELL_LONG)
    {
      memcpy (&length, bytes, sizeof length);
      bytes += sizeof length;
    }
  return value_text (length > 0 ? bytes : "", length);
}

Value
vector_get (const Vector *vector, gsize row)
{
  gsize cell = vector->is_constant ? 0 : row;

  g_return_val_if_fail (row < vector->length, VALUE_NULL_INIT);
  if (vector->kind == VALUE_TEXT)
    return (vector->cells[cell] & CELL_LENGTH_MASK) == CELL_NULL
               ? VALUE_NULL_INIT
               : cell_text (vector, vector->cells[cell]);
  if (null_bit (vector, cell))
    return VALUE_NULL_INIT;
  return vector->kind == VALUE_INTEGER ? value_integer (vector->integers[cell])
                                       : value_double (vector->reals[cell]);
}

gboolean
vector_has_null (const Vector *vector)
{
  return vector->n_null > 0;
}

gboolean
vector_strictly_increasing (const Vector *vector)
{
  if (vector->kind != VALUE_INTEGER || vector->n_null > 0)
    return FALSE;
  if (vector->is_constant)
    return vector->length == 1;
  for (gsize i = 1; i < vector->length; i++)
    if (vector->integers[i] <= vector->integers[i - 1])
      return FALSE;
  return TRUE;
}

/* Stores every row of a constant; texts go on using the same bytes. */
static void
materialise (Vector *vector)
{
  if (!vector->is_constant)
    return;
  vector_reserve (vector, vector->length);
  for (gsize i = 1; i < vector->length; i++)
    vector->integers[i] = vector->integers[0];
  if (vector->nulls != NULL)
    memset (vector->nulls, null_bit (vector, 0) ? 0xff : 0,
            bitmap_size (vector->capacity));
  vector->heap_shared = vector->heap_length;
  vector->is_constant = FALSE;
}

static Vector *
vector_copy (const Vector *vector)
{
  Vector *copy = vector_new (vector->kind);

  copy->is_constant = vector->is_constant;
  copy->length = vector->length;
  copy->n_null = vector->n_null;
  copy->capacity = n_stored (vector);
  copy->data = g_memdup2 (vector->data, copy->capacity * CELL_SIZE);
  if (vector->n_null > 0 && vector->nulls != NULL)
    copy->nulls = g_memdup2 (vector->nulls, bitmap_size (copy->capacity));
  copy->heap = g_memdup2 (vector->heap, vector->heap_length);
  copy->heap_length = copy->heap_capacity = vector->heap_length;
  copy->heap_shared = vector->heap_shared;
  copy->heap_garbage = vector->heap_garbage;
  return copy;
}

Vector *
vector_writable (Vector **vector)
{
  if ((*vector)->n_refs > 1)
    {
      Vector *copy = vector_copy (*vector);

      vector_unref (*vector);
      *vector = copy;
    }
  return *vector;
}

/* Room for a text at the heap's end.  Returns: its cell */
static Cell
heap_add (Vector *vector, gsize length, char **bytes)
{
  gboolean is_long = length >= CELL_LONG;
  gsize needed = vector->heap_length + length + (is_long ? sizeof (guint64) : 0);
  Cell cell = (Cell) vector->heap_length << CELL_LENGTH_BITS;

  if (needed > vector->heap_capacity)
    {
      vector->heap_capacity = grown (vector->heap_capacity, needed, 64);
      vector->heap = g_realloc (vector->heap, vector->heap_capacity);
    }
  *bytes = vector->heap + vector->heap_length;
  vector->heap_length = needed;
  if (is_long)
    {
      guint64 length64 = length;

      memcpy (*bytes, &length64, sizeof length64);
      *bytes += sizeof length64;
    }
  return cell | (is_long ? CELL_LONG : length);
}

char *
vector_append_text (Vector *vector, gsize length)
{
  char *bytes;
  gsize row;

  g_return_val_if_fail (vector->kind == VALUE_TEXT && vector->n_refs == 1, NULL);
  materialise (vector);
  row = add_cell (vector);
  vector->cells[row] = heap_add (vector, length, &bytes);
  return bytes;
}

static gboolean
accepts (const Vector *vector, const Value *value)
{
  return vector->n_refs == 1 && (value_is_null (value) || value->kind == vector->kind);
}

/* Whether a text lies in the vector's own heap, which moves when it grows. */
static gboolean
is_in_heap (const Vector *vector, const char *bytes)
{
  guintptr start = (guintptr) vector->heap, place = (guintptr) bytes;

  return place >= start && place - start < vector->heap_length;
}

/* Writes a new text cell. */
static void
store_text (Vector *vector, gsize row, const Value *value)
{
  const char *source = value->text.bytes;
  gsize own_offset;
  gboolean is_own;
  char *bytes;

  if (value_is_null (value))
    {
      vector->cells[row] = CELL_NULL;
      return;
    }
  is_own = is_in_heap (vector, source);
  own_offset = is_own ? (gsize) (source - vector->heap) : 0;
  vector->cells[row] = heap_add (vector, value->text.length, &bytes);
  if (is_own)
    source = vector->heap + own_offset;
  if (value->text.length > 0)
    memcpy (bytes, source, value->text.length);
}

/* Writes an integer or double cell; a null one holds a zero. */
static void
store_number (Vector *vector, gsize row, const Value *value)
{
  gboolean is_null = value_is_null (value);

  if (vector->kind == VALUE_INTEGER)
    vector->integers[row] = is_null ? 0 : value->integer;
  else
    vector->reals[row] = is_null ? 0.0 : value->real;
  set_null_bit (vector, row, is_null);
}

void
vector_append (Vector *vector, const Value *value)
{
  gsize row;

  g_return_if_fail (accepts (vector, value));
  if (vector->is_constant)
    {
      Value constant = vector_get (vector, 0);

      if (value_equal (&constant, value))
        {
          vector->length++;
          vector->n_null += value_is_null (value);
          return;
        }
    }
  materialise (vector);
  row = add_cell (vector);
  vector->n_null += value_is_null (value);
  if (vector->kind == VALUE_TEXT)
    store_text (vector, row, value);
  else
    store_number (vector, row, value);
}

/* Rewrites the heap without the bytes that no cell uses. */
static void
compact (Vector *vector)
{
  g_autofree char *old = g_steal_pointer (&vector->heap);
  gsize used = vector->heap_length - vector->heap_garbage;
  char *bytes;

  vector->heap = g_malloc (MAX (used, 1));
  vector->heap_capacity = MAX (used, 1);
  vector->heap_length = vector->heap_shared;
  vector->heap_garbage = 0;
  if (vector->heap_shared > 0)
    memcpy (vector->heap, old, vector->heap_shared);
  for (gsize i = 0; i < vector->length; i++)
    {
      Cell cell = vector->cells[i];
      gsize offset = cell >> CELL_LENGTH_BITS;
      guint64 length = cell & CELL_LENGTH_MASK;

      if (length == CELL_NULL || offset < vector->heap_shared)
        continue;
      if (length == CELL_LONG)
        {
          memcpy (&length, old + offset, sizeof length);
          offset += sizeof length;
        }
      vector->cells[i] = heap_add (vector, length, &bytes);
      if (length > 0)
        memcpy (bytes, old + offset, length);
    }
}

/* The bytes of the heap that only this cell uses. */
static gsize
cell_room (const Vector *vector, Cell cell)
{
  gsize length = cell & CELL_LENGTH_MASK;

  if (length == CELL_NULL || cell >> CELL_LENGTH_BITS < vector->heap_shared)
    return 0;
  if (length == CELL_LONG)
    return cell_text (vector, cell).text.length + sizeof (guint64);
  return length;
}

/* Takes the old text's place where the new one fits, else the heap's end. */
static void
replace_text (Vector *vector, gsize row, const Value *value)
{
  gsize offset = vector->cells[row] >> CELL_LENGTH_BITS;
  gsize room = cell_room (vector, vector->cells[row]);
  gboolean is_text = value->kind == VALUE_TEXT;

  if (is_text && value->text.length <= room && value->text.length < CELL_LONG)
    {
      if (value->text.length > 0)
        memmove (vector->heap + offset, value->text.bytes, value->text.length);
      vector->cells[row] = (Cell) offset << CELL_LENGTH_BITS | value->text.length;
      vector->heap_garbage += room - value->text.length;
    }
  else
    {
      store_text (vector, row, value);
      vector->heap_garbage += room;
    }
  if (vector->heap_garbage > GARBAGE_MIN
      && vector->heap_garbage > vector->heap_length / 2)
    compact (vector);
}

void
vector_set (Vector *vector, gsize row, const Value *value)
{
  Value old;

  g_return_if_fail (row < vector->length && accepts (vector, value));
  old = vector_get (vector, row);
  if (value_equal (&old, value))
    return;
  materialise (vector);
  vector->n_null -= value_is_null (&old);
  vector->n_null += value_is_null (value);
  if (vector->kind == VALUE_TEXT)
    replace_text (vector, row, value);
  else
    store_number (vector, row, value);
}

Vector *
vector_pick (const Vector *vector, const gsize *rows, gsize n_rows)
{
  Vector *picked;

  if (vector->is_constant)
    {
      Value value = vector_get (vector, 0);

      return vector_new_constant (vector->kind, &value, n_rows);
    }
  picked = vector_new (vector->kind);
  vector_reserve (picked, n_rows);
  for (gsize i = 0; i < n_rows; i++)
    {
      Value value = vector_get (vector, rows[i]);

      vector_append (picked, &value);
    }
  return picked;
}

gboolean
vector_equal (const Vector *a, const Vector *b)
{
  if (a == b)
    return TRUE;
  if (a->kind != b->kind || a->length != b->length || a->n_null != b->n_null)
    return FALSE;
  for (gsize i = 0; i < a->length; i++)
    {
      Value x = vector_get (a, i), y = vector_get (b, i);

      if (!value_equal (&x, &y))
        return FALSE;
      if (a->is_constant && b->is_constant)
        return TRUE;
    }
  return TRUE;
}
