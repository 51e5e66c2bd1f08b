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
  row_sync->old_columns
      = column_numbers (table, sync->old_columns, &row_sync->n_old, arena);
  row_sync->new_columns
      = column_numbers (table, sync->new_columns, &row_sync->n_new, arena);
}

gboolean
row_sync_forward (const RowSync *row_sync, const Value *olds, Arena *scratch, Value *news,
                  GError **error)
{
  for (guint i = 0; i < row_sync->n_new; i++)
    if (!bound_transform_apply (row_sync->sync->forward[i], olds, scratch, &news[i],
                                error))
      return FALSE;
  return TRUE;
}

gboolean
row_sync_backward (const RowSync *row_sync, const Value *news, Arena *scratch,
                   Value *olds, GError **error)
{
  for (guint i = 0; i < row_sync->n_old; i++)
    if (!bound_transform_apply (row_sync->sync->backward[i], news, scratch, &olds[i],
                                error))
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
row_sync_in_step (const RowSync *row_sync, const Value *olds, const Value *news,
                  Arena *scratch)
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
row_sync_read (const RowSync *row_sync, const Table *table, gsize row, Value *olds,
               Value *news)
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

/* What has become of one sync while a row is written. */
typedef struct
{
  RowSync row_sync;
  gboolean new_written;
  const Value *olds; /* as they were when the new columns had been answered */
} Turn;

static const Value *
pick_new (const Value *row, const guint *columns, guint n, Arena *scratch)
{
  Value *values = arena_new_array (scratch, Value, n + 1);

  pick (row, columns, n, values);
  return values;
}

/* New columns that were written go back into the old ones, where they do not agree yet.
 */
static void
answer_new (Turn *turn, const Value *before, Value *after, Arena *scratch)
{
  const RowSync *sync = &turn->row_sync;
  const Value *news = pick_new (after, sync->new_columns, sync->n_new, scratch);
  Value *olds = arena_new_array (scratch, Value, sync->n_old + 1);

  turn->new_written = before == NULL
                          ? !all_null (news, sync->n_new)
                          : changed (before, after, sync->new_columns, sync->n_new);
  pick (after, sync->old_columns, sync->n_old, olds);
  if (turn->new_written && sync->sync->mode == SYNC_BOTH
      && !row_sync_in_step (sync, olds, news, scratch)
      && row_sync_backward (sync, news, scratch, olds, NULL))
    put (after, sync->old_columns, sync->n_old, olds);
  turn->olds = pick_new (after, sync->old_columns, sync->n_old, scratch);
}

/* A new row that still leaves the column out gets it filled. */
static void
fill_inserted (const Turn *turn, Value *after, Arena *scratch)
{
  const RowSync *sync = &turn->row_sync;

  if (sync->sync->mode == SYNC_ON_INSERT
      && all_null (pick_new (after, sync->new_columns, sync->n_new, scratch),
                   sync->n_new))
    put_forward (sync, pick_new (after, sync->old_columns, sync->n_old, scratch), after,
                 scratch);
}

/* Old columns that were written, by the application or as an answer, go into the new ones
 * that were not. */
static void
answer_old (const Turn *turn, const Value *before, Value *after, Arena *scratch)
{
  const RowSync *sync = &turn->row_sync;
  const Value *olds = pick_new (after, sync->old_columns, sync->n_old, scratch);

  if (sync->sync->mode == SYNC_ON_INSERT)
    return;
  gboolean wanted
      = before == NULL || changed (before, after, sync->old_columns, sync->n_old);
  if (turn->new_written)
    wanted
        = sync->sync->mode == SYNC_BOTH && !same_values (olds, turn->olds, sync->n_old);
  if (wanted)
    put_forward (sync, olds, after, scratch);
}

/* A column may be in several syncs: the mirror of a mirror, or one column with two
 * mirrors.  So all that is new goes back first, the youngest sync first, and then all
 * that is old goes forward, what the row left out included. */
void
row_sync_apply_all (const Table *table, const Value *before, Value *after, Arena *scratch)
{
  guint n = table->syncs->len;
  Turn *turns = arena_new_array (scratch, Turn, n + 1);

  for (guint i = n; i-- > 0;)
    {
      row_sync_init (&turns[i].row_sync, table, g_ptr_array_index (table->syncs, i),
                     scratch);
      answer_new (&turns[i], before, after, scratch);
    }
  for (guint i = 0; i < n && before == NULL; i++)
    fill_inserted (&turns[i], after, scratch);
  for (guint i = 0; i < n; i++)
    answer_old (&turns[i], before, after, scratch);
}
