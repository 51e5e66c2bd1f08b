/* SPDX-License-Identifier: Apache-2.0
 *
 * Row writes with everything that follows from them.
 */
#include "config.h"

#include "engine/memory/write.h"

#include "engine/memory/cross_sync.h"
#include "engine/memory/row_sync.h"
#include "model/bind.h"
#include "model/error.h"

Value *
write_read_row (const Table *table, gsize row, Arena *scratch)
{
  guint n = table_n_columns (table);
  Value *values = arena_new_array (scratch, Value, n + 1);

  for (guint i = 0; i < n; i++)
    {
      Value cell = table_cell (table, row, i);
      values[i] = value_copy (scratch, &cell);
    }
  return values;
}

static void
write_cells (Table *table, gsize row, const Value *before, const Value *after)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    if (!value_equal (&before[i], &after[i]))
      vector_set (vector_writable ((Vector **) &table->vectors->pdata[i]), row, &after[i]);
}

/* Defaults -------------------------------------------------------------------- */

static Value
next_identity (const Table *table, guint column)
{
  gint64 largest = 0;

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, column);
      if (!value_is_null (&cell))
        largest = MAX (largest, cell.integer);
    }
  return value_integer (largest + 1);
}

/* A column whose default only a database can work out is left null where it may be. */
static gboolean
default_for (const Table *table, guint index, Value *value, GError **error)
{
  const Column *column = table_column (table, index);

  *value = VALUE_NULL_INIT;
  if (column->default_kind == DEFAULT_VALUE)
    *value = column->default_value;
  else if (column->identity != IDENTITY_NONE)
    *value = next_identity (table, index);
  else if (column->default_kind == DEFAULT_EXPRESSION && !column->nullable)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "the default of column '%s' of '%s' is an SQL expression, which memory cannot "
                   "evaluate; give the value",
                   column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fill_defaults (const Table *table, Value *values, const gboolean *given, GError **error)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    if (!given[i] && !default_for (table, i, &values[i], error))
      return FALSE;
  return TRUE;
}

/* Says "was not given" before the constraint can only say "is null". */
static gboolean
check_required (const Table *table, const Value *values, const gboolean *given, GError **error)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      if (given[i] || column->nullable || !value_is_null (&values[i]))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "column '%s' of '%s' is required: it is NOT NULL and has no default",
                   column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

gboolean
write_insert (Writer *writer, Table *table, Value *values, const gboolean *given, gint64 *row_id,
              GError **error)
{
  if (!fill_defaults (table, values, given, error))
    return FALSE;
  row_sync_apply_all (table, NULL, values, writer->scratch);
  if (!cross_sync_fill (writer, table, NULL, values, error)
      || !check_required (table, values, given, error))
    return FALSE;
  gsize row = table_insert (table, values);
  if (row_id != NULL)
    *row_id = table_row_id (table, row);
  return cross_sync_after (writer, table, NULL, values, error);
}

/* Foreign keys ---------------------------------------------------------------- */

static gboolean
refers_to (const Table *child, const Constraint *key, const Table *parent,
           const char *const *columns, gsize child_row, const Value *parent_row)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint here, there;
      if (!table_column_index (child, key->columns[i], &here)
          || !table_column_index (parent, columns[i], &there))
        return FALSE;
      Value cell = table_cell (child, child_row, here);
      if (value_is_null (&cell) || !value_equal (&cell, &parent_row[there]))
        return FALSE;
    }
  return TRUE;
}

/* What a child's key becomes: the new parent's (cascade), null, or the default. */
static void
follow (const Table *child, const Constraint *key, ReferenceAction action, const Table *parent,
        const char *const *columns, const Value *parent_after, Value *values)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint here, there;
      if (!table_column_index (child, key->columns[i], &here)
          || !table_column_index (parent, columns[i], &there))
        continue;
      const Column *column = table_column (child, here);
      values[here] = VALUE_NULL_INIT;
      if (action == REFERENCE_CASCADE && parent_after != NULL)
        values[here] = parent_after[there];
      else if (action == REFERENCE_SET_DEFAULT && column->default_kind == DEFAULT_VALUE)
        values[here] = column->default_value;
    }
}

static gboolean
act_on_child (Writer *writer, Table *child, const Constraint *key, const Table *parent,
              const Value *before, const Value *after, GError **error)
{
  ReferenceAction action = after == NULL ? key->on_delete : key->on_update;
  const char *const *columns = bind_references (parent, key, NULL);

  if (columns == NULL || action == REFERENCE_NO_ACTION || action == REFERENCE_RESTRICT)
    return TRUE; /* verify_database() refuses what is left hanging */
  for (gsize row = table_n_rows (child); row-- > 0;)
    {
      if (!refers_to (child, key, parent, columns, row, before))
        continue;
      if (after == NULL && action == REFERENCE_CASCADE)
        {
          if (!write_delete (writer, child, row, error))
            return FALSE;
          continue;
        }
      Value *values = write_read_row (child, row, writer->scratch);
      follow (child, key, action, parent, columns, after, values);
      if (!write_update (writer, child, row, values, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
key_changed (const Table *parent, const char *const *columns, const Value *before,
             const Value *after)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint index;
      if (table_column_index (parent, columns[i], &index)
          && !value_equal (&before[index], &after[index]))
        return TRUE;
    }
  return FALSE;
}

/* @after: NULL when the row is gone */
static gboolean
act_on_references (Writer *writer, const Table *parent, const Value *before, const Value *after,
                   GError **error)
{
  for (guint i = 0; i < writer->database->tables->len; i++)
    {
      Table *child = g_ptr_array_index (writer->database->tables, i);
      for (guint j = 0; j < child->constraints->len; j++)
        {
          const Constraint *key = child->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || database_find (writer->database, key->references_table) != parent)
            continue;
          const char *const *columns = bind_references (parent, key, NULL);
          if (columns == NULL || (after != NULL && !key_changed (parent, columns, before, after)))
            continue;
          if (!act_on_child (writer, child, key, parent, before, after, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Update, delete --------------------------------------------------------------- */

gboolean
write_update (Writer *writer, Table *table, gsize row, Value *values, GError **error)
{
  const Value *before = write_read_row (table, row, writer->scratch);

  row_sync_apply_all (table, before, values, writer->scratch);
  if (!cross_sync_fill (writer, table, before, values, error))
    return FALSE;
  write_cells (table, row, before, values);
  return act_on_references (writer, table, before, values, error)
         && cross_sync_after (writer, table, before, values, error);
}

gboolean
write_delete (Writer *writer, Table *table, gsize row, GError **error)
{
  const Value *before = write_read_row (table, row, writer->scratch);

  table_remove_rows (table, &row, 1);
  return act_on_references (writer, table, before, NULL, error)
         && cross_sync_after (writer, table, before, NULL, error);
}
