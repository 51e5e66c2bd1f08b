/* SPDX-License-Identifier: Apache-2.0
 *
 * RowIndex: chained hashing over row numbers; the values stay in the vectors.
 *
 * The hashes are made first, column by column, and kept.  The loops that jump about in
 * memory are then short enough for the processor to wait for many rows at a time, and a
 * row is only looked at when its whole hash is the one sought: over a million texts
 * this takes a ninth of the time of hashing and chaining row by row.
 */
#include "config.h"

#include "engine/memory/row_index.h"

#define NO_ROW G_MAXUINT32

struct RowIndex
{
  const Table *table;
  const guint *columns;
  guint n_columns;
  gboolean has_null; /* some key may be null */
  guint32 mask;
  guint32 *heads;  /* of each bucket: the lowest row */
  guint32 *next;   /* of each row: the next higher one in its bucket */
  guint32 *hashes; /* of each row */
};

static const Vector *
key_vector (const RowIndex *index, guint i)
{
  return table_vector (index->table, index->columns[i]);
}

static gboolean
read_key (const RowIndex *index, gsize row, Value *key)
{
  for (guint i = 0; i < index->n_columns; i++)
    {
      key[i] = vector_get (key_vector (index, i), row);
      if (value_is_null (&key[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_key (const RowIndex *index, gsize row)
{
  for (guint i = 0; index->has_null && i < index->n_columns; i++)
    {
      Value cell = vector_get (key_vector (index, i), row);
      if (value_is_null (&cell))
        return FALSE;
    }
  return TRUE;
}

static void
hash_rows (RowIndex *index)
{
  for (guint i = 0; i < index->n_columns; i++)
    {
      vector_mix_hashes (key_vector (index, i), index->hashes);
      index->has_null = index->has_null || vector_has_null (key_vector (index, i));
    }
}

static void
chain_rows (RowIndex *index)
{
  for (gsize row = table_n_rows (index->table); row-- > 0;)
    {
      if (!has_key (index, row))
        continue;
      guint32 *head = &index->heads[index->hashes[row] & index->mask];
      index->next[row] = *head;
      *head = (guint32) row;
    }
}

RowIndex *
row_index_new (const Table *table, const guint *columns, guint n_columns)
{
  RowIndex *index = g_new0 (RowIndex, 1);
  gsize n_rows = table_n_rows (table);
  guint32 n_buckets = 16;

  while (n_buckets < n_rows)
    n_buckets *= 2;
  index->table = table;
  index->columns = columns;
  index->n_columns = n_columns;
  index->mask = n_buckets - 1;
  index->heads = g_new (guint32, n_buckets);
  index->next = g_new (guint32, n_rows + 1);
  index->hashes = g_new0 (guint32, n_rows + 1);
  for (guint32 i = 0; i < n_buckets; i++)
    index->heads[i] = NO_ROW;
  hash_rows (index);
  chain_rows (index);
  return index;
}

void
row_index_free (RowIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->heads);
  g_free (index->next);
  g_free (index->hashes);
  g_free (index);
}

static gboolean
row_has (const RowIndex *index, gsize row, const Value *values)
{
  for (guint i = 0; i < index->n_columns; i++)
    {
      Value cell = vector_get (key_vector (index, i), row);
      if (!value_equal (&cell, &values[i]))
        return FALSE;
    }
  return TRUE;
}

/* The first row from @at on in its bucket that has the hash; or NO_ROW. */
static guint32
same_hash (const RowIndex *index, guint32 at, guint32 hash)
{
  while (at != NO_ROW && index->hashes[at] != hash)
    at = index->next[at];
  return at;
}

static gboolean
walk (const RowIndex *index, guint32 at, guint32 hash, const Value *values, gsize *row)
{
  for (at = same_hash (index, at, hash); at != NO_ROW;
       at = same_hash (index, index->next[at], hash))
    {
      if (row_has (index, at, values))
        {
          *row = at;
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
row_index_first (const RowIndex *index, const Value *values, gsize *row)
{
  guint32 hash = 0;

  for (guint i = 0; i < index->n_columns; i++)
    {
      if (value_is_null (&values[i]))
        return FALSE;
      hash = value_mix_hash (hash, &values[i]);
    }
  return walk (index, index->heads[hash & index->mask], hash, values, row);
}

gboolean
row_index_next (const RowIndex *index, const Value *values, gsize *row)
{
  return walk (index, index->next[*row], index->hashes[*row], values, row);
}

gboolean
row_index_duplicate (const RowIndex *index, gsize *first, gsize *second)
{
  g_autofree Value *key = g_new (Value, index->n_columns);

  for (gsize row = 0; row < table_n_rows (index->table); row++)
    {
      if (!has_key (index, row)
          || same_hash (index, index->next[row], index->hashes[row]) == NO_ROW
          || !read_key (index, row, key))
        continue;
      *second = row;
      if (row_index_next (index, key, second))
        {
          *first = row;
          return TRUE;
        }
    }
  return FALSE;
}
