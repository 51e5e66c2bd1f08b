/* SPDX-License-Identifier: Apache-2.0
 *
 * Vector: the cells of one column.
 *
 * Integers and doubles are plain arrays with a bitmap of nulls that is made at
 * the first null.  Text is an array of eight-byte cells into one heap of bytes,
 * so that a cell can be set in place.
 */
#include "config.h"

#include "model/vector.h"

#include <string.h>

#include "model/text_heap.h"

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
    TextCell *cells;
    gpointer data;
  };
  guint8 *nulls; /* a bit a cell, 1 is null; NULL while there is none; not for text */
  TextHeap heap;
};

/* Every kind of cell has eight bytes. */
#define CELL_SIZE sizeof (guint64)
G_STATIC_ASSERT (sizeof (double) == CELL_SIZE && sizeof (TextCell) == CELL_SIZE);

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
  text_heap_clear (&vector->heap);
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
  return sizeof *vector + vector->capacity * CELL_SIZE + vector->heap.capacity
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

static gboolean
is_null_cell (const Vector *vector, gsize cell)
{
  return vector->kind == VALUE_TEXT ? text_cell_is_null (vector->cells[cell])
                                    : null_bit (vector, cell);
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

Vector *
vector_new_sequence (gint64 start, gsize n_rows)
{
  Vector *vector = vector_new (VALUE_INTEGER);

  vector_reserve (vector, n_rows);
  for (gsize i = 0; i < n_rows; i++)
    vector->integers[i] = start + (gint64) i;
  vector->length = n_rows;
  return vector;
}

Vector *
vector_new_cycle (ValueKind kind, const Value *values, gsize n, gsize n_rows)
{
  Vector *vector = vector_new (kind);

  vector_reserve (vector, n_rows);
  for (gsize i = 0; i < MIN (n, n_rows); i++)
    vector_append (vector, &values[i]);
  for (gsize i = vector->length; i < n_rows; i++)
    {
      gboolean is_null = is_null_cell (vector, i - n);

      vector->integers[i] = vector->integers[i - n];
      vector->n_null += is_null;
      if (is_null && kind != VALUE_TEXT)
        set_null_bit (vector, i, TRUE);
    }
  vector->length = n_rows;
  text_heap_share (&vector->heap);
  return vector;
}

Value
vector_get (const Vector *vector, gsize row)
{
  gsize cell = vector->is_constant ? 0 : row;

  g_return_val_if_fail (row < vector->length, VALUE_NULL_INIT);
  if (vector->kind == VALUE_TEXT)
    return text_cell_is_null (vector->cells[cell])
               ? VALUE_NULL_INIT
               : text_heap_get (&vector->heap, vector->cells[cell]);
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
vector_is_all_null (const Vector *vector)
{
  return vector->n_null == vector->length;
}

void
vector_mix_hashes (const Vector *vector, guint32 *hashes)
{
  for (gsize row = 0; row < vector->length; row++)
    {
      Value cell = vector_get (vector, row);

      hashes[row] = value_mix_hash (hashes[row], &cell);
    }
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
  text_heap_share (&vector->heap);
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
  copy->heap = text_heap_copy (&vector->heap);
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

char *
vector_append_text (Vector *vector, gsize length)
{
  char *bytes;
  gsize row;

  g_return_val_if_fail (vector->kind == VALUE_TEXT && vector->n_refs == 1, NULL);
  materialise (vector);
  row = add_cell (vector);
  vector->cells[row] = text_heap_add (&vector->heap, length, &bytes);
  return bytes;
}

static gboolean
accepts (const Vector *vector, const Value *value)
{
  return vector->n_refs == 1 && (value_is_null (value) || value->kind == vector->kind);
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
    vector->cells[row] = text_heap_add_value (&vector->heap, value);
  else
    store_number (vector, row, value);
}

static void
replace_text (Vector *vector, gsize row, const Value *value)
{
  text_heap_replace (&vector->heap, &vector->cells[row], value);
  if (text_heap_is_wasteful (&vector->heap))
    text_heap_compact (&vector->heap, vector->cells, vector->length);
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
