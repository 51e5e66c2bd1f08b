/* SPDX-License-Identifier: Apache-2.0
 *
 * RowSync: column mirrors, row by row.
 */
#include "config.h"

#include "engine/memory/row_sync.h"

static const guint *
column_numbers (const Table *table, const char *const *names, guint *n, Arena *arena)
{
  guint *numbers;

  *n = g_strv_length ((char **) names);
  numbers = arena_new_array (arena, guint, *n + 1);
  for (guint i = 0; i < *n; i++)
    {
      gboolean found = table_column_index (table, names[i], &numbers[i]);
      g_assert (found); /* a sync never outlives its columns */
    }
  return numbers;
}

void
row_sync_init (RowSync *row_sync, const Table *table, const Sync *sync, Arena *arena)
{
  row_sync->sync = sync;
  row_sync->old_columns = column_numbers (table, sync->old_columns, &row_sync->n_old, arena);
  row_sync->new_columns = column_numbers (table, sync->new_columns, &row_sync->n_new, arena);
}

gboolean
row_sync_forward (const RowSync *row_sync, const Value *olds, Arena *scratch, Value *news,
                  GError **error)
{
  for (guint i = 0; i < row_sync->n_new; i++)
    if (!bound_transform_apply (row_sync->sync->forward[i], olds, scratch, &news[i], error))
      return FALSE;
  return TRUE;
}

gboolean
row_sync_backward (const RowSync *row_sync, const Value *news, Arena *scratch, Value *olds,
                   GError **error)
{
  for (guint i = 0; i < row_sync->n_old; i++)
    if (!bound_transform_apply (row_sync->sync->backward[i], news, scratch, &olds[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
same_values (const Value *a, const Value *b, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!value_equal (&a[i], &b[i]))
      return FALSE;
  return TRUE;
}

static gboolean
all_null (const Value *values, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!value_is_null (&values[i]))
      return FALSE;
  return TRUE;
}

gboolean
row_sync_in_step (const RowSync *row_sync, const Value *olds, const Value *news, Arena *scratch)
{
  Value *made = arena_new_array (scratch, Value, MAX (row_sync->n_old, row_sync->n_new));

  if (row_sync_forward (row_sync, olds, scratch, made, NULL)
      && same_values (made, news, row_sync->n_new))
    return TRUE;
  if (row_sync->sync->backward == NULL)
    /* One way: what an application wrote into the new column is its own business. */
    return row_sync->sync->mode == SYNC_FORWARD && !all_null (news, row_sync->n_new);
  return !all_null (news, row_sync->n_new)
         && row_sync_backward (row_sync, news, scratch, made, NULL)
         && same_values (made, olds, row_sync->n_old);
}

void
row_sync_read (const RowSync *row_sync, const Table *table, gsize row, Value *olds, Value *news)
{
  for (guint i = 0; i < row_sync->n_old; i++)
    olds[i] = table_cell (table, row, row_sync->old_columns[i]);
  for (guint i = 0; i < row_sync->n_new; i++)
    news[i] = table_cell (table, row, row_sync->new_columns[i]);
}

/* Writes ---------------------------------------------------------------------- */

static void
pick (const Value *row, const guint *columns, guint n, Value *values)
{
  for (guint i = 0; i < n; i++)
    values[i] = row[columns[i]];
}

static void
put (Value *row, const guint *columns, guint n, const Value *values)
{
  for (guint i = 0; i < n; i++)
    row[columns[i]] = values[i];
}

static gboolean
changed (const Value *before, const Value *after, const guint *columns, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!value_equal (&before[columns[i]], &after[columns[i]]))
      return TRUE;
  return FALSE;
}

static void
put_forward (const RowSync *row_sync, const Value *olds, Value *row, Arena *scratch)
{
  for (guint i = 0; i < row_sync->n_new; i++)
    {
      Value made = VALUE_NULL_INIT;
      if (!bound_transform_apply (row_sync->sync->forward[i], olds, scratch, &made, NULL))
        made = VALUE_NULL_INIT;
      row[row_sync->new_columns[i]] = made;
    }
}

static void
apply (const RowSync *row_sync, const Value *before, Value *after, Arena *scratch)
{
  guint n_old = row_sync->n_old, n_new = row_sync->n_new;
  Value *olds = arena_new_array (scratch, Value, n_old + 1);
  Value *news = arena_new_array (scratch, Value, n_new + 1);

  pick (after, row_sync->old_columns, n_old, olds);
  pick (after, row_sync->new_columns, n_new, news);
  gboolean new_written = before == NULL ? !all_null (news, n_new)
                                        : changed (before, after, row_sync->new_columns, n_new);
  if (row_sync->sync->mode == SYNC_ON_INSERT)
    {
      if (before == NULL && !new_written)
        put_forward (row_sync, olds, after, scratch);
      return;
    }
  if (!new_written)
    {
      if (before == NULL || changed (before, after, row_sync->old_columns, n_old))
        put_forward (row_sync, olds, after, scratch);
      return;
    }
  if (row_sync->sync->mode != SYNC_BOTH || row_sync_in_step (row_sync, olds, news, scratch))
    return;
  if (row_sync_backward (row_sync, news, scratch, olds, NULL))
    put (after, row_sync->old_columns, n_old, olds);
}

void
row_sync_apply_all (const Table *table, const Value *before, Value *after, Arena *scratch)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      RowSync row_sync;
      row_sync_init (&row_sync, table, g_ptr_array_index (table->syncs, i), scratch);
      apply (&row_sync, before, after, scratch);
    }
}
