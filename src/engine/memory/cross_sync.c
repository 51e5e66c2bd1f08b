/* SPDX-License-Identifier: Apache-2.0
 *
 * CrossSync: splits and lookups, row by row.
 */
#include "config.h"

#include "engine/memory/cross_sync.h"

#include "engine/memory/lookup.h"
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
half_init (Half *half, Table *table, const TableSync *sync, Arena *scratch, GError **error)
{
  half->table = table;
  half->n_key = g_strv_length ((char **) sync->key);
  half->n_columns = g_strv_length ((char **) sync->columns);
  half->key = bind_columns (table, sync->key, scratch, error);
  half->columns = half->key != NULL ? bind_columns (table, sync->columns, scratch, error) : NULL;
  return half->columns != NULL;
}

static gboolean
half_find (const Half *half, const Value *key, gsize *row)
{
  for (*row = 0; *row < table_n_rows (half->table); (*row)++)
    {
      guint i = 0;
      for (; i < half->n_key; i++)
        {
          Value cell = table_cell (half->table, *row, half->key[i]);
          if (!value_equal (&cell, &key[i]))
            break;
        }
      if (i == half->n_key)
        return TRUE;
    }
  return FALSE;
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
set_cells (const Half *half, gsize row, const guint *columns, guint n, const Value *values)
{
  for (guint i = 0; i < n; i++)
    {
      Value cell = table_cell (half->table, row, columns[i]);
      if (!value_equal (&cell, &values[i]))
        vector_set (vector_writable ((Vector **) &half->table->vectors->pdata[columns[i]]), row,
                    &values[i]);
    }
}

static void
append_half (const Half *half, const Value *key, const Value *values, Arena *scratch)
{
  Value *row = arena_new_array (scratch, Value, table_n_columns (half->table) + 1);

  for (guint i = 0; i < half->n_key; i++)
    row[half->key[i]] = key[i];
  for (guint i = 0; i < half->n_columns; i++)
    row[half->columns[i]] = values[i];
  table_insert (half->table, row);
}

/* A row of the old table stands: its moved columns go to the new table.  A row there is made
 * only when there is something to keep, so that new code may still insert it. */
static void
carry_forward (const Half *old_half, const Half *new_half, const Value *before,
               const Value *after, Arena *scratch)
{
  Value *key = arena_new_array (scratch, Value, old_half->n_key + 1);
  Value *values = arena_new_array (scratch, Value, old_half->n_columns + 1);
  gsize row;

  pick (before != NULL ? before : after, old_half->key, old_half->n_key, key);
  gboolean is_there = half_find (new_half, key, &row);
  if (after == NULL)
    {
      if (is_there)
        table_remove_rows (new_half->table, &row, 1);
      return;
    }
  pick (after, old_half->key, old_half->n_key, key);
  pick (after, old_half->columns, old_half->n_columns, values);
  if (is_there)
    {
      set_cells (new_half, row, new_half->key, new_half->n_key, key);
      set_cells (new_half, row, new_half->columns, new_half->n_columns, values);
    }
  else if (!all_null (values, old_half->n_columns))
    append_half (new_half, key, values, scratch);
}

/* A row of the new table stands: the old table's columns follow. */
static void
carry_back (const Half *old_half, const Half *new_half, const Value *before, const Value *after,
            Arena *scratch)
{
  Value *key = arena_new_array (scratch, Value, old_half->n_key + 1);
  Value *values = arena_new_array (scratch, Value, old_half->n_columns + 1);
  gsize row;

  pick (after != NULL ? after : before, new_half->key, new_half->n_key, key);
  if (after != NULL)
    pick (after, new_half->columns, new_half->n_columns, values);
  if (half_find (old_half, key, &row))
    set_cells (old_half, row, old_half->columns, old_half->n_columns, values);
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
    carry_forward (&old_half, &new_half, before, after, writer->scratch);
  else
    carry_back (&old_half, &new_half, before, after, writer->scratch);
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

  if (!half_init (&old_half, database_find (writer->database, sync->old_table), sync, arena, error)
      || !half_init (&new_half, database_find (writer->database, sync->new_table), sync, arena,
                     error))
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
        set_cells (&new_half, found, new_half.columns, new_half.n_columns, moved);
      else
        append_half (&new_half, key, moved, writer->scratch);
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
      || !half_init (&new_half, database_find (database, sync->new_table), sync, arena, NULL))
    return 0;
  g_autoptr (RowIndex) index = row_index_new (new_half.table, new_half.key, new_half.n_key);
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

/* Lookups --------------------------------------------------------------------- */

static gboolean
bind_sync (const Database *database, const LookupSync *sync, Arena *arena, BoundLookup *bound)
{
  const Table *table = database_find (database, sync->table);

  return table != NULL
         && bind_lookup (database, table, sync->column, sync->lookup, sync->declared, arena, bound,
                         NULL);
}

static gboolean
match_changed (const BoundLookup *bound, const Value *before, const Value *after)
{
  for (guint i = 0; i < bound->n_match; i++)
    if (!value_equal (&before[bound->here[i]], &after[bound->here[i]]))
      return TRUE;
  return FALSE;
}

gboolean
cross_sync_fill (Writer *writer, const Table *table, const Value *before, Value *values,
                 GError **error)
{
  (void) error;
  for (guint i = 0; i < writer->database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->database->lookup_syncs->pdata[i];
      BoundLookup bound;
      if (!g_str_equal (sync->table, table->name)
          || !bind_sync (writer->database, sync, writer->scratch, &bound))
        continue;
      gboolean wanted = before == NULL ? value_is_null (&values[bound.target])
                                       : match_changed (&bound, before, values);
      Value found = VALUE_NULL_INIT;
      if (!wanted)
        continue;
      if (lookup_value (&bound, NULL, values, writer->scratch, &found, NULL) != LOOKUP_FOUND)
        found = VALUE_NULL_INIT;
      values[bound.target] = found;
    }
  return TRUE;
}

/* Whether the row of the filled table looks up the row of the source. */
static gboolean
looks_up (const BoundLookup *bound, const Table *table, gsize row, const Value *source)
{
  for (guint i = 0; source != NULL && i < bound->n_match; i++)
    {
      Value cell = table_cell (table, row, bound->here[i]);
      if (value_is_null (&cell) || !value_equal (&cell, &source[bound->there[i]]))
        return FALSE;
    }
  return source != NULL;
}

static void
refresh (Writer *writer, const BoundLookup *bound, Table *table, gsize row)
{
  Value *values = write_read_row (table, row, writer->scratch);
  Value found = VALUE_NULL_INIT;

  if (lookup_value (bound, NULL, values, writer->scratch, &found, NULL) != LOOKUP_FOUND)
    found = VALUE_NULL_INIT;
  if (!value_equal (&found, &values[bound->target]))
    vector_set (vector_writable ((Vector **) &table->vectors->pdata[bound->target]), row, &found);
}

static void
refresh_lookups (Writer *writer, const Table *source, const Value *before, const Value *after)
{
  for (guint i = 0; i < writer->database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->database->lookup_syncs->pdata[i];
      Table *table = database_find (writer->database, sync->table);
      BoundLookup bound;
      if (database_find (writer->database, sync->lookup->from_table) != source
          || !bind_sync (writer->database, sync, writer->scratch, &bound))
        continue;
      for (gsize row = 0; row < table_n_rows (table); row++)
        if (looks_up (&bound, table, row, before) || looks_up (&bound, table, row, after))
          refresh (writer, &bound, table, row);
    }
}

gboolean
cross_sync_after (Writer *writer, const Table *table, const Value *before, const Value *after,
                  GError **error)
{
  for (guint i = 0; i < writer->database->table_syncs->len; i++)
    if (!carry (writer, writer->database->table_syncs->pdata[i], table, before, after, error))
      return FALSE;
  refresh_lookups (writer, table, before, after);
  return TRUE;
}
