/* SPDX-License-Identifier: Apache-2.0
 *
 * The three-way merge behind a rollback.
 */
#include "config.h"

#include "engine/memory/unwind.h"

#include "engine/memory/row_index.h"
#include "engine/memory/row_sync.h"
#include "engine/memory/verify.h"
#include "model/bind.h"
#include "model/error.h"

/* How rows that break a constraint, written while it was gone, are made fit for it. */
typedef struct
{
  gboolean is_given;
  BoundCheck check;
  BoundSet set;
} Mending;

/* One table at the three moments. */
typedef struct
{
  const Table *before;
  const Table *after;
  const Table *now;
  const Database *database_now;
  const Database *database_before;
  const Operation *operation;
  Arena *arena;   /* of the merge */
  Arena *scratch; /* of a row */
  Value *row;     /* what the merged row is, in the old column order */
  Mending mending;
  GHashTable *other_halves; /* TableSync * → OtherHalf *, made when first asked for */
} Merge;

/* The table that columns moved to, and how its rows are found by a row of the present. */
typedef struct
{
  const Table *table;
  guint n_key;
  const guint *here;
  RowIndex *index;
} OtherHalf;

static void
other_half_free (gpointer data)
{
  OtherHalf *other = data;

  row_index_free (other->index);
  g_free (other);
}

static gboolean
unchanged (const Table *after, const Table *now)
{
  if (after->row_ids != now->row_ids || after->vectors->len != now->vectors->len)
    return FALSE;
  for (guint i = 0; i < after->vectors->len; i++)
    if (after->vectors->pdata[i] != now->vectors->pdata[i])
      return FALSE;
  return TRUE;
}

/* What a column of before is called after the step. */
static const char *
name_after (const Merge *merge, const char *column)
{
  const Operation *operation = merge->operation;

  if (operation->kind != OPERATION_SWAP_COLUMN
      || database_find (merge->database_before, operation->table) != merge->before)
    return column;
  if (g_str_equal (column, operation->swap_column.column))
    return operation->swap_column.old_name;
  return g_str_equal (column, operation->swap_column.shadow)
             ? operation->swap_column.column
             : column;
}

/* Columns that the step dropped ------------------------------------------------- */

static gboolean
news_changed (const Merge *merge, const RowSync *row_sync, gboolean is_in_after,
              gsize after_row, gsize now_row)
{
  if (!is_in_after)
    return TRUE;
  for (guint i = 0; i < row_sync->n_new; i++)
    {
      const char *name = row_sync->sync->new_columns[i];
      guint after_column, now_column;
      if (!table_column_index (merge->after, name, &after_column)
          || !table_column_index (merge->now, name, &now_column))
        return FALSE;
      Value was = table_cell (merge->after, after_row, after_column);
      Value is = table_cell (merge->now, now_row, now_column);
      if (!value_equal (&was, &is))
        return TRUE;
    }
  return FALSE;
}

/* From the mirror, which applications went on writing. */
static gboolean
refill_from_sync (const Merge *merge, const Sync *sync, const char *column, gsize now_row,
                  Value *value)
{
  RowSync row_sync;

  row_sync_init (&row_sync, merge->before, sync, merge->scratch);
  Value *news = arena_new_array (merge->scratch, Value, row_sync.n_new + 1);
  Value *olds = arena_new_array (merge->scratch, Value, row_sync.n_old + 1);
  for (guint i = 0; i < row_sync.n_new; i++)
    {
      guint index;
      if (!table_column_index (merge->now, sync->new_columns[i], &index))
        return FALSE;
      news[i] = table_cell (merge->now, now_row, index);
    }
  if (sync->backward == NULL
      || !row_sync_backward (&row_sync, news, merge->scratch, olds, NULL))
    return FALSE;
  for (guint i = 0; i < row_sync.n_old; i++)
    if (g_str_equal (sync->old_columns[i], column))
      *value = olds[i];
  return TRUE;
}

static const TableSync *
split_of (const Merge *merge, const char *column)
{
  for (guint i = 0; i < merge->database_before->table_syncs->len; i++)
    {
      const TableSync *sync = merge->database_before->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, merge->before->name)
          && name_list_contains (sync->columns, column))
        return sync;
    }
  return NULL;
}

/* Returns: (nullable): NULL when the key or the table is no longer there */
static const OtherHalf *
other_half (const Merge *merge, const TableSync *sync)
{
  OtherHalf *other = g_hash_table_lookup (merge->other_halves, sync);
  const Table *table = database_find (merge->database_now, sync->new_table);

  if (other != NULL || table == NULL)
    return other;
  const guint *here = bind_columns (merge->now, sync->key, merge->arena, NULL);
  const guint *there = bind_columns (table, sync->key, merge->arena, NULL);
  if (here == NULL || there == NULL)
    return NULL;
  other = g_new0 (OtherHalf, 1);
  other->table = table;
  other->n_key = g_strv_length ((char **) sync->key);
  other->here = here;
  other->index = row_index_new (table, there, other->n_key);
  g_hash_table_insert (merge->other_halves, (gpointer) sync, other);
  return other;
}

/* From the table the column moved to. */
static gboolean
refill_from_split (const Merge *merge, const char *column, gsize now_row, Value *value)
{
  const TableSync *sync = split_of (merge, column);
  const OtherHalf *other = sync != NULL ? other_half (merge, sync) : NULL;
  guint index;
  gsize row;

  if (other == NULL || !table_column_index (other->table, column, &index))
    return FALSE;
  Value *key = arena_new_array (merge->scratch, Value, other->n_key + 1);
  for (guint i = 0; i < other->n_key; i++)
    key[i] = table_cell (merge->now, now_row, other->here[i]);
  *value = row_index_first (other->index, key, &row)
               ? table_cell (other->table, row, index)
               : VALUE_NULL_INIT;
  return TRUE;
}

static const Transform *
declared_backward (const Merge *merge, const char *column)
{
  const Operation *operation = merge->operation;
  gboolean has_backward = operation->kind == OPERATION_DROP_COLUMN
                          || operation->kind == OPERATION_RELAX_COLUMN;
  const NamedTransform *backward = has_backward ? operation->drop_column.backward : NULL;

  for (guint i = 0; backward != NULL && backward[i].column != NULL; i++)
    if (g_str_equal (backward[i].column, column))
      return backward[i].transform;
  return NULL;
}

/* From what `backward` says; the row's other columns are merged already where they come
 * first, and read from the present otherwise. */
static gboolean
refill_from_backward (const Merge *merge, const char *column, gsize now_row, Value *value)
{
  const Transform *transform = declared_backward (merge, column);
  BoundRowTransform bound;

  if (transform == NULL
      || !bind_row_transform (merge->before, column, transform, merge->arena, &bound,
                              NULL))
    return FALSE;
  Value *inputs = arena_new_array (merge->scratch, Value, bound.n_inputs + 1);
  for (guint i = 0; i < bound.n_inputs; i++)
    {
      guint index;
      if (table_column_index (merge->now, bound.input_names[i], &index))
        inputs[i] = table_cell (merge->now, now_row, index);
    }
  return bound_transform_apply (bound.transform, inputs, merge->scratch, value, NULL);
}

static Value
refill (const Merge *merge, guint index, gboolean is_in_before, gsize before_row,
        gboolean is_in_after, gsize after_row, gsize now_row)
{
  const Column *column = table_column (merge->before, index);
  Value value = VALUE_NULL_INIT;

  for (guint i = 0; i < merge->before->syncs->len; i++)
    {
      const Sync *sync = g_ptr_array_index (merge->before->syncs, i);
      RowSync row_sync;
      if (sync->mode == SYNC_ON_INSERT
          || !name_list_contains (sync->old_columns, column->name))
        continue;
      row_sync_init (&row_sync, merge->before, sync, merge->scratch);
      if (news_changed (merge, &row_sync, is_in_after, after_row, now_row)
          && refill_from_sync (merge, sync, column->name, now_row, &value))
        return value;
    }
  if (refill_from_split (merge, column->name, now_row, &value))
    return value;
  if (is_in_before)
    return table_cell (merge->before, before_row, index);
  if (refill_from_backward (merge, column->name, now_row, &value))
    return value;
  return column->default_kind == DEFAULT_VALUE ? column->default_value : VALUE_NULL_INIT;
}

/* Columns that are still there --------------------------------------------------- */

/* An application's value, in the old type. */
static Value
cast_back (const Merge *merge, const Column *old_column, const Column *column,
           Value value)
{
  Value cast;

  if (type_spec_equal (&old_column->type, &column->type))
    return value;
  if (type_cast (&column->type, &old_column->type, &value, merge->scratch, &cast, NULL))
    return cast;
  return VALUE_NULL_INIT;
}

static Value
merge_cell (const Merge *merge, guint index, gboolean is_in_before, gsize before_row,
            gboolean is_in_after, gsize after_row, gsize now_row)
{
  const Column *column = table_column (merge->before, index);
  const char *name = name_after (merge, column->name);
  guint after_column, now_column;

  if (!table_column_index (merge->after, name, &after_column)
      || !table_column_index (merge->now, name, &now_column))
    return refill (merge, index, is_in_before, before_row, is_in_after, after_row,
                   now_row);
  Value is = table_cell (merge->now, now_row, now_column);
  if (is_in_before && is_in_after)
    {
      Value was = table_cell (merge->after, after_row, after_column);
      if (value_equal (&was, &is))
        return table_cell (merge->before, before_row, index);
    }
  return cast_back (merge, column, table_column (merge->now, now_column), is);
}

/* A null that the old shape has no place for: written while the column was relaxed. */
static Value
fill_required (const Merge *merge, guint index, gsize now_row, Value value)
{
  const Column *column = table_column (merge->before, index);

  if (column->nullable || !value_is_null (&value))
    return value;
  if (refill_from_backward (merge, column->name, now_row, &value))
    return value;
  return column->default_kind == DEFAULT_VALUE ? column->default_value : value;
}

/* `backward` of a dropped check. */
static void
mending_init (Merge *merge)
{
  const Operation *operation = merge->operation;
  Mending *mending = &merge->mending;

  if (operation->kind != OPERATION_DROP_CONSTRAINT
      || operation->constraint.backward == NULL
      || database_find (merge->database_before, operation->table) != merge->before)
    return;
  const Constraint *dropped
      = table_find_constraint (merge->before, operation->constraint.name);
  mending->is_given
      = dropped != NULL && dropped->kind == CONSTRAINT_CHECK
        && bind_check (merge->before, dropped, merge->arena, &mending->check, NULL)
        && bind_set (merge->before, operation->constraint.backward, merge->arena,
                     &mending->set, NULL);
}

static void
mend_row (Merge *merge)
{
  const Mending *mending = &merge->mending;

  if (!mending->is_given || mending->check.unchecked
      || bound_check_accepts (&mending->check, &merge->row[mending->check.column]))
    return;
  for (guint i = 0; i < mending->set.n; i++)
    {
      Value *cell = &merge->row[mending->set.columns[i]];
      Value made;
      if (bound_transform_apply (mending->set.transforms[i], cell, merge->scratch, &made,
                                 NULL))
        *cell = made; /* what does not convert is left for verify_database() to name */
    }
}

static void
append_row (Merge *merge, Table *result, gint64 row_id)
{
  Value id = value_integer (row_id);

  for (guint i = 0; i < result->vectors->len; i++)
    vector_append (g_ptr_array_index (result->vectors, i), &merge->row[i]);
  vector_append (result->row_ids, &id);
}

static void
keep_present_row (Merge *merge, Table *result, gsize now_row)
{
  gint64 row_id = table_row_id (merge->now, now_row);
  gsize before_row = 0, after_row = 0;
  gboolean is_in_before = table_find_row (merge->before, row_id, &before_row);
  gboolean is_in_after = table_find_row (merge->after, row_id, &after_row);

  if (is_in_after && !is_in_before)
    return; /* the step inserted it */
  arena_reset (merge->scratch);
  for (guint i = 0; i < table_n_columns (merge->before); i++)
    merge->row[i] = fill_required (
        merge, i, now_row,
        merge_cell (merge, i, is_in_before, before_row, is_in_after, after_row, now_row));
  mend_row (merge);
  append_row (merge, result, row_id);
}

static void
restore_deleted_row (Merge *merge, Table *result, gsize before_row)
{
  for (guint i = 0; i < table_n_columns (merge->before); i++)
    merge->row[i] = table_cell (merge->before, before_row, i);
  append_row (merge, result, table_row_id (merge->before, before_row));
}

/* The old shape without a row. */
static Table *
empty_copy (const Table *table)
{
  Table *copy = table_copy (table);

  for (guint i = 0; i < copy->vectors->len; i++)
    {
      vector_unref (copy->vectors->pdata[i]);
      copy->vectors->pdata[i] = vector_new (column_value_kind (table_column (copy, i)));
    }
  vector_unref (copy->row_ids);
  copy->row_ids = vector_new (VALUE_INTEGER);
  return copy;
}

/* Rows in the order of their identities: those of the present, and between them those
 * that the step deleted. */
static Table *
merge_rows (Merge *merge)
{
  Table *result = empty_copy (merge->before);
  gsize old_row = 0, n_old = table_n_rows (merge->before), ignored;

  for (gsize now_row = 0; now_row <= table_n_rows (merge->now); now_row++)
    {
      gint64 next = now_row < table_n_rows (merge->now)
                        ? table_row_id (merge->now, now_row)
                        : G_MAXINT64;
      for (; old_row < n_old && table_row_id (merge->before, old_row) <= next; old_row++)
        {
          gint64 row_id = table_row_id (merge->before, old_row);
          if (row_id < next && !table_find_row (merge->after, row_id, &ignored))
            restore_deleted_row (merge, result, old_row);
        }
      if (now_row < table_n_rows (merge->now))
        keep_present_row (merge, result, now_row);
    }
  result->next_row_id = MAX (merge->before->next_row_id, merge->now->next_row_id);
  return result;
}

static Table *
merge_table (const Database *before, const Database *now, const Operation *operation,
             const Table *old_table, const Table *after, const Table *present)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  Merge merge = {
    .before = old_table,
    .after = after,
    .now = present,
    .database_before = before,
    .database_now = now,
    .operation = operation,
    .arena = arena,
    .scratch = scratch,
    .row = arena_new_array (arena, Value, table_n_columns (old_table) + 1),
    .other_halves = g_hash_table_new_full (NULL, NULL, NULL, other_half_free),
  };

  mending_init (&merge);
  Table *merged = merge_rows (&merge);
  g_hash_table_unref (merge.other_halves);
  return merged;
}

static const char *
table_name_after (const Operation *operation, const Table *table)
{
  if (operation->kind == OPERATION_RENAME_TABLE && operation->table != NULL
      && (g_str_equal (operation->table, table->name)
          || g_strcmp0 (operation->table, table->alias) == 0))
    return operation->rename_table.to;
  return table->name;
}

/* What moved out of the table may have been written where it moved to. */
static gboolean
other_halves_unchanged (const Database *before, const Database *after,
                        const Database *now, const Table *old_table)
{
  for (guint i = 0; i < before->table_syncs->len; i++)
    {
      const TableSync *sync = before->table_syncs->pdata[i];
      const Table *was = database_find (after, sync->new_table);
      const Table *is = database_find (now, sync->new_table);
      if (g_str_equal (sync->old_table, old_table->name) && was != NULL && is != NULL
          && !unchanged (was, is))
        return FALSE;
    }
  return TRUE;
}

gboolean
unwind_step (const Database *before, const Database *after, const Operation *operation,
             Database **now, GError **error)
{
  g_autoptr (Database) result = database_copy (before);
  gboolean merged = FALSE;

  for (guint i = 0; i < result->tables->len; i++)
    {
      const Table *old_table = before->tables->pdata[i];
      const char *name = table_name_after (operation, old_table);
      const Table *was = database_find (after, name);
      const Table *is = database_find (*now, name);
      if (was == NULL || is == NULL
          || (unchanged (was, is)
              && other_halves_unchanged (before, after, *now, old_table)))
        continue;
      Table *table = merge_table (before, *now, operation, old_table, was, is);
      table_free (result->tables->pdata[i]);
      result->tables->pdata[i] = table;
      merged = TRUE;
    }
  if (merged && !verify_database (result, NULL, error))
    {
      g_prefix_error (error, "rows written since do not fit the shape before: ");
      return FALSE;
    }
  database_free (*now);
  *now = g_steal_pointer (&result);
  return TRUE;
}
