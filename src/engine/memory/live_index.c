/* SPDX-License-Identifier: Apache-2.0
 *
 * LiveIndex: chained hashing over entries, of which a row may have several.
 */
#include "config.h"

#include "engine/memory/live_index.h"

#include <string.h>

#define NO_ENTRY G_MAXUINT32

typedef struct
{
  guint32 row;
  guint32 hash;
  guint32 next;
} Entry;

struct LiveIndex
{
  const Table *table;
  guint *columns;
  guint n_columns;
  guint32 mask;
  guint32 *heads; /* of each bucket: its newest entry */
  GArray *entries;
};

static guint32
hash_value (guint32 hash, const Value *value)
{
  hash = (hash ^ value_hash (value)) * 16777619u;
  return hash ^ (hash >> 15);
}

/* Returns: FALSE when one of the row's values is null */
static gboolean
hash_row (const LiveIndex *index, gsize row, guint32 *hash)
{
  *hash = 2166136261u;
  for (guint i = 0; i < index->n_columns; i++)
    {
      Value cell = table_cell (index->table, row, index->columns[i]);
      if (value_is_null (&cell))
        return FALSE;
      *hash = hash_value (*hash, &cell);
    }
  return TRUE;
}

static void
link_entry (LiveIndex *index, guint32 number)
{
  Entry *entry = &g_array_index (index->entries, Entry, number);
  guint32 *head = &index->heads[entry->hash & index->mask];

  entry->next = *head;
  *head = number;
}

static void
set_buckets (LiveIndex *index, guint32 n_buckets)
{
  g_free (index->heads);
  index->heads = g_new (guint32, n_buckets);
  index->mask = n_buckets - 1;
  for (guint32 i = 0; i < n_buckets; i++)
    index->heads[i] = NO_ENTRY;
  for (guint32 i = 0; i < index->entries->len; i++)
    link_entry (index, i);
}

void
live_index_add (LiveIndex *index, gsize row)
{
  Entry entry = { .row = (guint32) row };

  if (!hash_row (index, row, &entry.hash))
    return;
  g_array_append_val (index->entries, entry);
  if (index->entries->len > index->mask)
    set_buckets (index, 2 * (index->mask + 1));
  else
    link_entry (index, index->entries->len - 1);
}

LiveIndex *
live_index_new (const Table *table, const guint *columns, guint n_columns)
{
  LiveIndex *index = g_new0 (LiveIndex, 1);

  index->table = table;
  index->columns = g_memdup2 (columns, n_columns * sizeof *columns);
  index->n_columns = n_columns;
  index->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  set_buckets (index, 16);
  for (gsize row = 0; row < table_n_rows (table); row++)
    live_index_add (index, row);
  return index;
}

void
live_index_free (LiveIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->columns);
  g_free (index->heads);
  g_array_unref (index->entries);
  g_free (index);
}

gboolean
live_index_is_over (const LiveIndex *index, const guint *columns, guint n_columns)
{
  return index->n_columns == n_columns
         && memcmp (index->columns, columns, n_columns * sizeof *columns) == 0;
}

gboolean
live_index_is_concerned (const LiveIndex *index, const Value *before, const Value *after)
{
  for (guint i = 0; i < index->n_columns; i++)
    if (!value_equal (&before[index->columns[i]], &after[index->columns[i]]))
      return TRUE;
  return FALSE;
}

LiveCursor
live_index_find (const LiveIndex *index, const Value *values)
{
  LiveCursor cursor
      = { .index = index, .values = values, .first = NO_ENTRY, .last = NO_ENTRY };
  guint32 hash = 2166136261u;

  for (guint i = 0; i < index->n_columns; i++)
    {
      if (value_is_null (&values[i]))
        return cursor;
      hash = hash_value (hash, &values[i]);
    }
  cursor.first = index->heads[hash & index->mask];
  return cursor;
}

static gboolean
row_has (const LiveIndex *index, gsize row, const Value *values)
{
  for (guint i = 0; i < index->n_columns; i++)
    {
      Value cell = table_cell (index->table, row, index->columns[i]);
      if (!value_equal (&cell, &values[i]))
        return FALSE;
    }
  return TRUE;
}

gboolean
live_cursor_next (LiveCursor *cursor, gsize *row)
{
  const GArray *entries = cursor->index->entries;
  guint32 at = cursor->last != NO_ENTRY
                   ? g_array_index (entries, Entry, cursor->last).next
                   : cursor->first;

  for (; at != NO_ENTRY; at = g_array_index (entries, Entry, at).next)
    {
      *row = g_array_index (entries, Entry, at).row;
      if (!row_has (cursor->index, *row, cursor->values))
        continue;
      cursor->last = at;
      return TRUE;
    }
  return FALSE;
}
