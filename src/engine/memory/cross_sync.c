/* SPDX-License-Identifier: Apache-2.0
 *
 * CrossSync: splits, row by row.
 */
#include "config.h"

#include "engine/memory/cross_sync.h"

#include "engine/memory/lookup_sync.h"
#include "engine/memory/row_index.h"
#include "model/bind.h"

/* Splits ---------------------------------------------------------------------- */

/* One half of a split with the numbers of its columns. */
typedef struct
{
  Table *table;
  guint n_key, n_columns;
  const guint *key;
  const guint *columns;
} Half;

static gboolean
half_init (Half *half, Table *table, const TableSync *sync, Arena *scratch,
           GError **error)
{
  half->table = table;
  half->n_key = g_strv_length ((char **) sync->key);
  half->n_columns = g_strv_length ((char **) sync->columns);
  half->key = bind_columns (table, sync->key, scratch, error);
  half->columns
      = half->key != NULL ? bind_columns (table, sync->columns, scratch, error) : NULL;
  return half->columns != NULL;
}

/* The lowest row with that key. */
static gboolean
half_find (Writer *writer, const Half *half, const Value *key, gsize *row)
{
  LiveCursor cursor = live_index_find (
      write_set_index (writer->set, half->table, half->key, half->n_key), key);
  gboolean found = FALSE;
  gsize at;

  while (live_cursor_next (&cursor, &at))
    {
      if (write_set_is_deleted (writer->set, half->table, at) || (found && at > *row))
        continue;
      *row = at;
      found = TRUE;
    }
  return found;
}

static void
pick (const Value *row, const guint *columns, guint n, Value *values)
{
  for (guint i = 0; i < n; i++)
    values[i] = row[columns[i]];
}

static gboolean
all_null (const Value *values, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!value_is_null (&values[i]))
      return FALSE;
  return TRUE;
}

static void
append_half (Writer *writer, const Half *half, const Value *key, const Value *values)
{
  Value *row
      = arena_new_array (writer->scratch, Value, table_n_columns (half->table) + 1);

  for (guint i = 0; i < half->n_key; i++)
    row[half->key[i]] = key[i];
  for (guint i = 0; i < half->n_columns; i++)
    row[half->columns[i]] = values[i];
  write_row_echo (writer, half->table, row);
}

/* A row of the old table stands: its moved columns go to the new table.  A row there is
 * made only when there is something to keep, so that new code may still insert it. */
static gboolean
carry_forward (Writer *writer, const Half *old_half, const Half *new_half,
               const Value *before, const Value *after, GError **error)
{
  Value *key = arena_new_array (writer->scratch, Value, old_half->n_key + 1);
  Value *values = arena_new_array (writer->scratch, Value, old_half->n_columns + 1);
  gsize row;

  pick (before != NULL ? before : after, old_half->key, old_half->n_key, key);
  gboolean is_there = half_find (writer, new_half, key, &row);
  if (after == NULL)
    return !is_there || write_delete_echo (writer, new_half->table, row, error);
  pick (after, old_half->key, old_half->n_key, key);
  pick (after, old_half->columns, old_half->n_columns, values);
  if (is_there)
    {
      write_cells_echo (writer, new_half->table, row, new_half->key, new_half->n_key,
                        key);
      write_cells_echo (writer, new_half->table, row, new_half->columns,
                        new_half->n_columns, values);
    }
  else if (!all_null (values, old_half->n_columns))
    append_half (writer, new_half, key, values);
  return TRUE;
}

static void
carry_values_back (Writer *writer, const Half *old_half, const Half *new_half,
                   const Value *row, gboolean is_there)
{
  Value *key = arena_new_array (writer->scratch, Value, old_half->n_key + 1);
  Value *values = arena_new_array (writer->scratch, Value, old_half->n_columns + 1);
  gsize old_row;

  pick (row, new_half->key, new_half->n_key, key);
  if (is_there)
    pick (row, new_half->columns, new_half->n_columns, values);
  if (half_find (writer, old_half, key, &old_row))
    write_cells_echo (writer, old_half->table, old_row, old_half->columns,
                      old_half->n_columns, values);
}

static gboolean
differ (const Value *before, const Value *after, const guint *columns, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!value_equal (&before[columns[i]], &after[columns[i]]))
      return TRUE;
  return FALSE;
}

/* A row of the new table stands: the old table's columns follow; a row there that has
 * lost its other half has nulls. */
static void
carry_back (Writer *writer, const Half *old_half, const Half *new_half,
            const Value *before, const Value *after)
{
  if (before != NULL
      && (after == NULL || differ (before, after, new_half->key, new_half->n_key)))
    carry_values_back (writer, old_half, new_half, before, FALSE);
  if (after != NULL)
    carry_values_back (writer, old_half, new_half, after, TRUE);
}

static gboolean
carry (Writer *writer, const TableSync *sync, const Table *table, const Value *before,
       const Value *after, GError **error)
{
  Table *old_table = database_find (writer->database, sync->old_table);
  Table *new_table = database_find (writer->database, sync->new_table);
  Half old_half, new_half;

  if (table != old_table && table != new_table)
    return TRUE;
  if (!half_init (&old_half, old_table, sync, writer->scratch, error)
      || !half_init (&new_half, new_table, sync, writer->scratch, error))
    return FALSE;
  if (table == old_table)
    return carry_forward (writer, &old_half, &new_half, before, after, error);
  carry_back (writer, &old_half, &new_half, before, after);
  return TRUE;
}

static gboolean
in_step (const Half *old_half, const Half *new_half, const RowIndex *index, gsize row,
         Arena *scratch)
{
  Value *key = arena_new_array (scratch, Value, old_half->n_key + 1);
  gsize found;

  for (guint i = 0; i < old_half->n_key; i++)
    key[i] = table_cell (old_half->table, row, old_half->key[i]);
  gboolean is_there = row_index_first (index, key, &found);
  for (guint i = 0; i < old_half->n_columns; i++)
    {
      Value have = is_there ? table_cell (new_half->table, found, new_half->columns[i])
                            : VALUE_NULL_INIT;
      Value want = table_cell (old_half->table, row, old_half->columns[i]);
      if (!value_equal (&have, &want))
        return FALSE;
    }
  return TRUE;
}

gboolean
cross_sync_copy (Writer *writer, const TableSync *sync, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Half old_half, new_half;

  if (!half_init (&old_half, database_find (writer->database, sync->old_table), sync,
                  arena, error)
      || !half_init (&new_half, database_find (writer->database, sync->new_table), sync,
                     arena, error))
    return FALSE;
  g_autoptr (Table) picture = table_copy (new_half.table);
  Half before = new_half;
  before.table = picture;
  g_autoptr (RowIndex) index = row_index_new (picture, before.key, before.n_key);
  for (gsize row = 0; row < table_n_rows (old_half.table); row++)
    {
      arena_reset (writer->scratch);
      if (in_step (&old_half, &before, index, row, writer->scratch))
        continue;
      Value *values = write_read_row (old_half.table, row, writer->scratch);
      Value *key = arena_new_array (writer->scratch, Value, old_half.n_key + 1);
      Value *moved = arena_new_array (writer->scratch, Value, old_half.n_columns + 1);
      gsize found;
      pick (values, old_half.key, old_half.n_key, key);
      pick (values, old_half.columns, old_half.n_columns, moved);
      if (row_index_first (index, key, &found))
        write_cells_echo (writer, new_half.table, found, new_half.columns,
                          new_half.n_columns, moved);
      else
        append_half (writer, &new_half, key, moved);
    }
  return TRUE;
}

gsize
cross_sync_out_of_step (const Database *database, const TableSync *sync, gsize *first)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  Half old_half, new_half;
  gsize n_out = 0;

  if (!half_init (&old_half, database_find (database, sync->old_table), sync, arena, NULL)
      || !half_init (&new_half, database_find (database, sync->new_table), sync, arena,
                     NULL))
    return 0;
  g_autoptr (RowIndex) index
      = row_index_new (new_half.table, new_half.key, new_half.n_key);
  for (gsize row = 0; row < table_n_rows (old_half.table); row++)
    {
      arena_reset (scratch);
      if (in_step (&old_half, &new_half, index, row, scratch))
        continue;
      if (n_out++ == 0 && first != NULL)
        *first = row;
    }
  return n_out;
}

static void
pull (Writer *writer, const TableSync *sync, const Table *table, Value *values)
{
  Table *old_table = database_find (writer->database, sync->old_table);
  Half old_half, new_half;
  gsize row;

  if (table != old_table || !half_init (&old_half, old_table, sync, writer->scratch, NULL)
      || !half_init (&new_half, database_find (writer->database, sync->new_table), sync,
                     writer->scratch, NULL))
    return;
  Value *key = arena_new_array (writer->scratch, Value, old_half.n_key + 1);
  Value *moved = arena_new_array (writer->scratch, Value, old_half.n_columns + 1);
  pick (values, old_half.key, old_half.n_key, key);
  pick (values, old_half.columns, old_half.n_columns, moved);
  if (!all_null (moved, old_half.n_columns) || !half_find (writer, &new_half, key, &row))
    return;
  for (guint i = 0; i < old_half.n_columns; i++)
    {
      Value cell = table_cell (new_half.table, row, new_half.columns[i]);
      values[old_half.columns[i]] = value_copy (writer->scratch, &cell);
    }
}

void
cross_sync_pull (Writer *writer, const Table *table, Value *values)
{
  for (guint i = 0; i < writer->database->table_syncs->len; i++)
    pull (writer, writer->database->table_syncs->pdata[i], table, values);
}

gboolean
cross_sync_after (Writer *writer, const Table *table, const Value *before,
                  const Value *after, GError **error)
{
  for (guint i = 0; i < writer->database->table_syncs->len; i++)
    if (!carry (writer, writer->database->table_syncs->pdata[i], table, before, after,
                error))
      return FALSE;
  lookup_sync_source_written (writer, table, before, after);
  return TRUE;
}
