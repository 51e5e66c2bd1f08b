/* SPDX-License-Identifier: Apache-2.0
 *
 * RowIndex: chained hashing over row numbers; the values stay in the vectors.
 */
#include "config.h"

#include "engine/memory/row_index.h"

#define NO_ROW G_MAXUINT32

struct RowIndex
{
  const Table *table;
  const guint *columns;
  guint n_columns;
  guint32 mask;
  guint32 *heads; /* of each bucket: the lowest row */
  guint32 *next;  /* of each row: the next higher one in its bucket */
};

static guint32
hash_values (const Value *values, guint n)
{
  guint32 hash = 2166136261u;

  for (guint i = 0; i < n; i++)
    hash = (hash ^ value_hash (&values[i])) * 16777619u;
  return hash ^ (hash >> 15);
}

static gboolean
read_key (const RowIndex *index, gsize row, Value *key)
{
  for (guint i = 0; i < index->n_columns; i++)
    {
      key[i] = table_cell (index->table, row, index->columns[i]);
      if (value_is_null (&key[i]))
        return FALSE;
    }
  return TRUE;
}

static void
fill (RowIndex *index)
{
  g_autofree Value *key = g_new (Value, index->n_columns);

  for (gsize row = table_n_rows (index->table); row-- > 0;)
    {
      if (!read_key (index, row, key))
        continue;
      guint32 bucket = hash_values (key, index->n_columns) & index->mask;
      index->next[row] = index->heads[bucket];
      index->heads[bucket] = (guint32) row;
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
  for (guint32 i = 0; i < n_buckets; i++)
    index->heads[i] = NO_ROW;
  fill (index);
  return index;
}

void
row_index_free (RowIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->heads);
  g_free (index->next);
  g_free (index);
}

static gboolean
row_has (const RowIndex *index, gsize row, const Value *values)
{
  for (guint i = 0; i < index->n_columns; i++)
    {
      Value cell = table_cell (index->table, row, index->columns[i]);
      if (!value_equal (&cell, &values[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
walk (const RowIndex *index, guint32 at, const Value *values, gsize *row)
{
  for (; at != NO_ROW; at = index->next[at])
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
  for (guint i = 0; i < index->n_columns; i++)
    if (value_is_null (&values[i]))
      return FALSE;
  return walk (index, index->heads[hash_values (values, index->n_columns) & index->mask], values,
               row);
}

gboolean
row_index_next (const RowIndex *index, const Value *values, gsize *row)
{
  return walk (index, index->next[*row], values, row);
}

gboolean
row_index_duplicate (const RowIndex *index, gsize *first, gsize *second)
{
  g_autofree Value *key = g_new (Value, index->n_columns);

  for (gsize row = 0; row < table_n_rows (index->table); row++)
    {
      if (!read_key (index, row, key))
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
