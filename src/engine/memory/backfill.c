/* SPDX-License-Identifier: Apache-2.0
 *
 * Backfills: from the default, from columns, from another table.
 */
#include "config.h"

#include "engine/memory/backfill.h"

#include "engine/memory/lookup.h"
#include "engine/memory/row_sync.h"
#include "engine/memory/verify.h"
#include "model/bind.h"
#include "model/error.h"

static Vector *
writable (Table *table, guint column)
{
  return vector_writable ((Vector **) &table->vectors->pdata[column]);
}

static void
set_if_different (Table *table, gsize row, guint column, const Value *value)
{
  Value cell = table_cell (table, row, column);

  if (!value_equal (&cell, value))
    vector_set (writable (table, column), row, value);
}

/* Says which row it was. */
static gboolean
fail_at (const Table *table, gsize row, const char *column, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  g_prefix_error (error, "%s, column '%s': ", row_to_string (table, row, arena), column);
  return FALSE;
}

/* From the default ------------------------------------------------------------ */

static gboolean
fill_from_default (Table *table, const BoundBackfill *backfill)
{
  for (guint i = 0; i < backfill->n_targets; i++)
    {
      guint target = backfill->targets[i];
      const Column *column = table_column (table, target);
      if (column->default_kind != DEFAULT_VALUE || value_is_null (&column->default_value)
          || !vector_has_null (table_vector (table, target)))
        continue;
      for (gsize row = 0; row < table_n_rows (table); row++)
        {
          Value cell = table_cell (table, row, target);
          if (value_is_null (&cell) && bound_where_matches (&backfill->where, table, row))
            vector_set (writable (table, target), row, &column->default_value);
        }
    }
  return TRUE;
}

/* From columns ---------------------------------------------------------------- */

/* A plain copy into an empty column is the same vector. */
static gboolean
share_vector (Table *table, const BoundBackfill *backfill)
{
  if (backfill->n_targets != 1 || backfill->n_inputs != 1 || backfill->where.n != 0
      || !bound_transform_is_identity (backfill->transforms[0]))
    return FALSE;
  const Column *source = table_column (table, backfill->inputs[0]);
  const Column *target = table_column (table, backfill->targets[0]);
  if (!type_spec_equal (&source->type, &target->type)
      || !vector_is_all_null (table_vector (table, backfill->targets[0])))
    return FALSE;
  table_set_vector (table, backfill->targets[0],
                    vector_ref (table_vector (table, backfill->inputs[0])));
  return TRUE;
}

static gboolean
row_is_in_step (const Table *table, const BoundBackfill *backfill,
                const RowSync *row_sync, gsize row, const Value *olds, Arena *scratch)
{
  if (backfill->sync == NULL)
    return FALSE;
  Value *news = arena_new_array (scratch, Value, backfill->n_targets + 1);
  for (guint i = 0; i < backfill->n_targets; i++)
    news[i] = table_cell (table, row, backfill->targets[i]);
  return row_sync_in_step (row_sync, olds, news, scratch);
}

static gboolean
fill_row (Table *table, const BoundBackfill *backfill, const RowSync *row_sync, gsize row,
          Arena *scratch, GError **error)
{
  Value *olds = arena_new_array (scratch, Value, backfill->n_inputs + 1);

  for (guint i = 0; i < backfill->n_inputs; i++)
    olds[i] = table_cell (table, row, backfill->inputs[i]);
  if (row_is_in_step (table, backfill, row_sync, row, olds, scratch))
    return TRUE;
  for (guint i = 0; i < backfill->n_targets; i++)
    {
      guint target = backfill->targets[i];
      Value made = VALUE_NULL_INIT;
      if (!bound_transform_apply (backfill->transforms[i], olds, scratch, &made, error))
        return fail_at (table, row, table_column (table, target)->name, error);
      made = value_copy (scratch, &made);
      set_if_different (table, row, target, &made);
    }
  return TRUE;
}

static gboolean
targets_are_empty (const Table *table, const BoundBackfill *backfill)
{
  for (guint i = 0; i < backfill->n_targets; i++)
    if (!vector_is_all_null (table_vector (table, backfill->targets[i])))
      return FALSE;
  return TRUE;
}

/* A row's new cells; nulls where the row is not meant. */
static gboolean
append_row (const Table *table, const BoundBackfill *backfill, gsize row, Value *olds,
            GPtrArray *vectors, Arena *scratch, GError **error)
{
  gboolean is_meant = bound_where_matches (&backfill->where, table, row);

  for (guint i = 0; i < backfill->n_inputs; i++)
    olds[i] = table_cell (table, row, backfill->inputs[i]);
  for (guint i = 0; i < backfill->n_targets; i++)
    {
      Value made = VALUE_NULL_INIT;
      if (is_meant
          && !bound_transform_apply (backfill->transforms[i], olds, scratch, &made,
                                     error))
        return fail_at (table, row, table_column (table, backfill->targets[i])->name,
                        error);
      vector_append (vectors->pdata[i], &made);
    }
  return TRUE;
}

/* No row is in step with anything yet, so the columns are made anew: quicker than setting
 * a million cells. */
static gboolean
fill_empty (Table *table, const BoundBackfill *backfill, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  g_autoptr (GPtrArray) vectors
      = g_ptr_array_new_with_free_func ((GDestroyNotify) vector_unref);
  g_autofree Value *olds = g_new0 (Value, backfill->n_inputs + 1);

  for (guint i = 0; i < backfill->n_targets; i++)
    {
      Vector *cells
          = vector_new (column_value_kind (table_column (table, backfill->targets[i])));
      vector_reserve (cells, table_n_rows (table));
      g_ptr_array_add (vectors, cells);
    }
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (scratch);
      if (!append_row (table, backfill, row, olds, vectors, scratch, error))
        return FALSE;
    }
  for (guint i = 0; i < backfill->n_targets; i++)
    table_set_vector (table, backfill->targets[i], vector_ref (vectors->pdata[i]));
  return TRUE;
}

static gboolean
fill_from_columns (Table *table, const BoundBackfill *backfill, Arena *arena,
                   GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  RowSync row_sync = { 0 };

  if (share_vector (table, backfill))
    return TRUE;
  if (targets_are_empty (table, backfill))
    return fill_empty (table, backfill, error);
  if (backfill->sync != NULL)
    row_sync_init (&row_sync, table, backfill->sync, arena);
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (scratch);
      if (bound_where_matches (&backfill->where, table, row)
          && !fill_row (table, backfill, &row_sync, row, scratch, error))
        return FALSE;
    }
  return TRUE;
}

/* From another table ---------------------------------------------------------- */

static gboolean
handle_missing (Table *table, const BoundLookup *lookup, gsize row, GArray *doomed,
                GError **error)
{
  Value nothing = VALUE_NULL_INIT;

  switch (lookup->lookup->missing)
    {
    case LOOKUP_MISSING_DELETE:
      g_array_append_val (doomed, row);
      return TRUE;
    case LOOKUP_MISSING_NULL:
      set_if_different (table, row, lookup->target, &nothing);
      return TRUE;
    default:
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "nothing in '%s' matches",
                   lookup->from->name);
      return fail_at (table, row, table_column (table, lookup->target)->name, error);
    }
}

static gboolean
look_up_row (Table *table, const BoundLookup *lookup, LookupReader *reader, gsize row,
             GArray *doomed, Arena *scratch, GError **error)
{
  Value *values = write_read_row (table, row, scratch);
  Value found = VALUE_NULL_INIT;

  switch (lookup_reader_get (reader, values, scratch, &found, error))
    {
    case LOOKUP_FAILED:
      return fail_at (table, row, table_column (table, lookup->target)->name, error);
    case LOOKUP_NOTHING:
      return handle_missing (table, lookup, row, doomed, error);
    default:
      set_if_different (table, row, lookup->target, &found);
      return TRUE;
    }
}

static gboolean
delete_rows (Writer *writer, Table *table, GArray *doomed, GError **error)
{
  for (guint i = 0; i < doomed->len; i++)
    if (!write_delete (writer, table, g_array_index (doomed, gsize, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
fill_from_table (Writer *writer, Table *table, const BoundLookup *lookup,
                 const BoundWhere *where, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  g_autoptr (GArray) doomed = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (LookupReader) reader = lookup_reader_new (lookup);

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (scratch);
      if (bound_where_matches (where, table, row)
          && !look_up_row (table, lookup, reader, row, doomed, scratch, error))
        return FALSE;
    }
  return delete_rows (writer, table, doomed, error);
}

gboolean
backfill_run (Writer *writer, const Operation *operation, GError **error)
{
  const Backfill *backfill = &operation->backfill;
  Table *table = bind_table (writer->database, operation->table, error);
  g_autoptr (Arena) arena = arena_new ();

  if (table == NULL)
    return FALSE;
  if (backfill->lookup != NULL)
    {
      BoundLookup lookup;
      BoundWhere where;
      return bind_lookup (writer->database, table, backfill->columns[0], backfill->lookup,
                          backfill->transform, arena, &lookup, error)
             && bind_where (table, backfill->where, arena, &where, error)
             && fill_from_table (writer, table, &lookup, &where, error);
    }
  BoundBackfill bound;
  if (!bind_backfill (table, backfill, arena, &bound, error))
    return FALSE;
  if (bound.transforms == NULL)
    return fill_from_default (table, &bound);
  return fill_from_columns (table, &bound, arena, error);
}

gboolean
backfill_cast (Table *table, guint column, const TypeSpec *to, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  const Column *old_column = table_column (table, column);
  Column target = *old_column;

  target.type = *to;
  g_autoptr (Vector) cells = vector_new (column_value_kind (&target));
  vector_reserve (cells, table_n_rows (table));
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, column);
      Value made;
      arena_reset (scratch);
      if (!type_cast (&old_column->type, to, &cell, scratch, &made, error))
        return fail_at (table, row, old_column->name, error);
      vector_append (cells, &made);
    }
  table_set_vector (table, column, g_steal_pointer (&cells));
  return TRUE;
}
