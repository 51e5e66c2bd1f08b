/* SPDX-License-Identifier: Apache-2.0
 *
 * WriteSet: a handful of tables, each with its marks and indexes.
 */
#include "config.h"

#include "engine/memory/write_set.h"

#include <string.h>

typedef struct
{
  Table *table;
  GByteArray *deleted; /* a byte a row, as far as one was deleted */
  gsize n_deleted;
  GPtrArray *indexes; /* LiveIndex * */
  gint64 *identities; /* the highest number of each column; NULL while unknown */
  guint n_identities;
} TableWrites;

struct WriteSet
{
  GPtrArray *tables; /* TableWrites * */
};

static void
table_writes_free (gpointer data)
{
  TableWrites *writes = data;

  g_byte_array_unref (writes->deleted);
  g_ptr_array_unref (writes->indexes);
  g_free (writes->identities);
  g_free (writes);
}

WriteSet *
write_set_new (void)
{
  WriteSet *set = g_new0 (WriteSet, 1);

  set->tables = g_ptr_array_new_with_free_func (table_writes_free);
  return set;
}

void
write_set_free (WriteSet *set)
{
  if (set == NULL)
    return;
  g_ptr_array_unref (set->tables);
  g_free (set);
}

static TableWrites *
find_writes (const WriteSet *set, const Table *table)
{
  for (guint i = 0; i < set->tables->len; i++)
    {
      TableWrites *writes = g_ptr_array_index (set->tables, i);
      if (writes->table == table)
        return writes;
    }
  return NULL;
}

static TableWrites *
writes_of (WriteSet *set, Table *table)
{
  TableWrites *writes = find_writes (set, table);

  if (writes != NULL)
    return writes;
  writes = g_new0 (TableWrites, 1);
  writes->table = table;
  writes->deleted = g_byte_array_new ();
  writes->indexes = g_ptr_array_new_with_free_func ((GDestroyNotify) live_index_free);
  g_ptr_array_add (set->tables, writes);
  return writes;
}

/* Deleted rows ---------------------------------------------------------------- */

static gboolean
is_marked (const TableWrites *writes, gsize row)
{
  return row < writes->deleted->len && writes->deleted->data[row] != 0;
}

gboolean
write_set_is_deleted (const WriteSet *set, const Table *table, gsize row)
{
  const TableWrites *writes = find_writes (set, table);

  return writes != NULL && is_marked (writes, row);
}

gboolean
write_set_delete (WriteSet *set, Table *table, gsize row)
{
  TableWrites *writes = writes_of (set, table);
  guint old_length = writes->deleted->len;

  if (is_marked (writes, row))
    return FALSE;
  if (row >= old_length)
    {
      g_byte_array_set_size (writes->deleted, (guint) table_n_rows (table));
      memset (writes->deleted->data + old_length, 0, writes->deleted->len - old_length);
    }
  writes->deleted->data[row] = 1;
  writes->n_deleted++;
  return TRUE;
}

static void
remove_deleted (TableWrites *writes)
{
  g_autofree gsize *rows = g_new (gsize, writes->n_deleted + 1);
  gsize n_rows = 0;

  for (gsize row = 0; row < writes->deleted->len; row++)
    if (writes->deleted->data[row] != 0)
      rows[n_rows++] = row;
  table_remove_rows (writes->table, rows, n_rows);
}

void
write_set_finish (WriteSet *set)
{
  for (guint i = 0; i < set->tables->len; i++)
    remove_deleted (g_ptr_array_index (set->tables, i));
  g_ptr_array_set_size (set->tables, 0);
}

/* Indexes --------------------------------------------------------------------- */

LiveIndex *
write_set_index (WriteSet *set, Table *table, const guint *columns, guint n_columns)
{
  TableWrites *writes = writes_of (set, table);

  for (guint i = 0; i < writes->indexes->len; i++)
    if (live_index_is_over (writes->indexes->pdata[i], columns, n_columns))
      return writes->indexes->pdata[i];
  LiveIndex *index = live_index_new (table, columns, n_columns);
  g_ptr_array_add (writes->indexes, index);
  return index;
}

/* Identities ------------------------------------------------------------------ */

static gint64
largest (const Table *table, guint column)
{
  gint64 found = 0;

  if (vector_kind (table_vector (table, column)) != VALUE_INTEGER)
    return 0;
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, column);
      if (!value_is_null (&cell))
        found = MAX (found, cell.integer);
    }
  return found;
}

static void
note_identity (TableWrites *writes, guint column, const Value *value)
{
  if (value->kind == VALUE_INTEGER)
    writes->identities[column] = MAX (writes->identities[column], value->integer);
}

static void
find_identities (TableWrites *writes)
{
  if (writes->identities != NULL)
    return;
  writes->n_identities = table_n_columns (writes->table);
  writes->identities = g_new0 (gint64, writes->n_identities);
  for (guint i = 0; i < writes->n_identities; i++)
    if (table_column (writes->table, i)->identity != IDENTITY_NONE)
      writes->identities[i] = largest (writes->table, i);
}

gint64
write_set_next_identity (WriteSet *set, Table *table, guint column)
{
  TableWrites *writes = writes_of (set, table);

  find_identities (writes);
  return writes->identities[column] + 1;
}

/* Rows written ---------------------------------------------------------------- */

void
write_set_row_added (WriteSet *set, Table *table, gsize row)
{
  TableWrites *writes = find_writes (set, table);

  if (writes == NULL)
    return;
  for (guint i = 0; i < writes->indexes->len; i++)
    live_index_add (writes->indexes->pdata[i], row);
  for (guint i = 0; i < writes->n_identities; i++)
    {
      Value cell = table_cell (table, row, i);
      note_identity (writes, i, &cell);
    }
}

void
write_set_row_changed (WriteSet *set, Table *table, gsize row, const Value *before,
                       const Value *after)
{
  TableWrites *writes = find_writes (set, table);

  if (writes == NULL)
    return;
  for (guint i = 0; i < writes->indexes->len; i++)
    if (live_index_is_concerned (writes->indexes->pdata[i], before, after))
      live_index_add (writes->indexes->pdata[i], row);
  for (guint i = 0; i < writes->n_identities; i++)
    note_identity (writes, i, &after[i]);
}
