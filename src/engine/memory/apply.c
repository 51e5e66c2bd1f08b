/* SPDX-License-Identifier: Apache-2.0
 *
 * One function for each kind of step that moves values; shape.c does the rest.
 */
#include "config.h"

#include "engine/memory/apply.h"

#include "engine/memory/backfill.h"
#include "engine/memory/cross_sync.h"
#include "engine/memory/gate.h"
#include "engine/memory/repair.h"
#include "engine/memory/verify.h"
#include "model/bind.h"
#include "model/error.h"
#include "model/shape.h"
#include "model/shape_ops.h"

typedef gboolean (*ApplyFunction) (Writer *writer, const Operation *operation,
                                   Arena *arena, GError **error);

static gboolean
apply_shape (Writer *writer, const Operation *operation, Arena *arena, GError **error)
{
  return shape_apply (writer->database, operation, arena, error);
}

static gboolean
apply_gated (Writer *writer, const Operation *operation, Arena *arena, GError **error)
{
  return gate_check (writer->database, operation, error)
         && shape_apply (writer->database, operation, arena, error);
}

/* Says it before the constraint can only say "is null". */
static gboolean
refuse_unfilled (const Table *table, const AddColumn *add, GError **error)
{
  for (guint i = 0; add->from == NULL && add->lookup == NULL && i < add->n_additions; i++)
    {
      const Column *column = add->additions[i].column;
      if (column->nullable || column->default_kind == DEFAULT_VALUE
          || column->identity != IDENTITY_NONE || table_n_rows (table) == 0
          || table_find_column (table, column->name) != NULL)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "column '%s' is NOT NULL and has no default, and '%s' has rows",
                   column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

/* The rows that are there are numbered from 1, in their order. */
static void
number_rows (Table *table, guint index)
{
  Vector *cells = vector_new (column_value_kind (table_column (table, index)));

  vector_reserve (cells, table_n_rows (table));
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value number = value_integer ((gint64) row + 1);
      vector_append (cells, &number);
    }
  table_set_vector (table, index, cells);
}

static gboolean
apply_add_column (Writer *writer, const Operation *operation, Arena *arena,
                  GError **error)
{
  const AddColumn *add = &operation->add_column;
  Table *table = bind_table (writer->database, operation->table, error);

  if (table == NULL || !refuse_unfilled (table, add, error))
    return FALSE;
  guint n_before = table_n_columns (table);
  if (!shape_apply (writer->database, operation, arena, error))
    return FALSE;
  table
      = database_find (writer->database, operation->table); /* the shape made a new one */
  for (guint i = n_before; i < table_n_columns (table); i++)
    if (table_column (table, i)->identity != IDENTITY_NONE)
      number_rows (table, i);
  return TRUE;
}

static gboolean
apply_alter_column (Writer *writer, const Operation *operation, Arena *arena,
                    GError **error)
{
  const AlterColumn *alter = &operation->alter_column;
  Table *table = bind_table (writer->database, operation->table, error);
  guint index;

  if (table == NULL || !bind_column (table, alter->column, &index, error))
    return FALSE;
  if (alter->has_type
      && type_cast_exists (table_column (table, index)->type.base, alter->type.base)
      && !type_widens (&table_column (table, index)->type, &alter->type)
      && !backfill_cast (table, index, &alter->type, error))
    return FALSE;
  return shape_apply (writer->database, operation, arena, error);
}

static gboolean
apply_backfill (Writer *writer, const Operation *operation, Arena *arena, GError **error)
{
  return shape_apply (writer->database, operation, arena, error)
         && backfill_run (writer, operation, error);
}

static gboolean
apply_repair (Writer *writer, const Operation *operation, Arena *arena, GError **error)
{
  return shape_apply (writer->database, operation, arena, error)
         && repair_run (writer, operation, error);
}

static gboolean
apply_copy_rows (Writer *writer, const Operation *operation, Arena *arena, GError **error)
{
  if (!shape_apply (writer->database, operation, arena, error))
    return FALSE;
  const TableSync *sync = database_sync_to (writer->database, operation->rename_table.to);
  return cross_sync_copy (writer, sync, error);
}

/* Rows ------------------------------------------------------------------------ */

static gboolean
key_exists (Writer *writer, Table *table, const BoundRow *row)
{
  const Constraint *key = table_primary_key (table);
  const guint *columns
      = key != NULL ? bind_columns (table, key->columns, writer->scratch, NULL) : NULL;

  if (columns == NULL)
    return FALSE;
  guint n = g_strv_length ((char **) key->columns);
  Value *values = arena_new_array (writer->scratch, Value, n);
  for (guint i = 0; i < n; i++)
    values[i] = row->values[columns[i]];
  LiveCursor cursor
      = live_index_find (write_set_index (writer->set, table, columns, n), values);
  gsize found;
  return live_cursor_next (&cursor, &found);
}

static gboolean
apply_insert_rows (Writer *writer, const Operation *operation, Arena *arena,
                   GError **error)
{
  const RowsChange *change = &operation->rows;
  Table *table = bind_table (writer->database, operation->table, error);

  if (table == NULL)
    return FALSE;
  for (guint i = 0; change->rows[i] != NULL; i++)
    {
      BoundRow row;
      if (!bind_row (table, change->rows[i], arena, &row, error))
        return FALSE;
      if (change->if_exists == ON_CONFLICT_SKIP && key_exists (writer, table, &row))
        continue;
      if (!write_insert (writer, table, row.values, row.given, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
update_row (Writer *writer, Table *table, gsize row, const BoundSet *set, GError **error)
{
  Value *values = write_read_row (table, row, writer->scratch);

  for (guint i = 0; i < set->n; i++)
    {
      Value *cell = &values[set->columns[i]];
      const Value input = *cell; /* the result is written while it is read */
      if (!bound_transform_apply (set->transforms[i], &input, writer->scratch, cell,
                                  error))
        {
          g_prefix_error (
              error, "%s, column '%s': ", row_to_string (table, row, writer->scratch),
              table_column (table, set->columns[i])->name);
          return FALSE;
        }
    }
  return write_update (writer, table, row, values, error);
}

static gboolean
apply_update_rows (Writer *writer, const Operation *operation, Arena *arena,
                   GError **error)
{
  Table *table = bind_table (writer->database, operation->table, error);
  BoundWhere where;
  BoundSet set;

  if (table == NULL || !bind_where (table, operation->rows.where, arena, &where, error)
      || !bind_set (table, operation->rows.set, arena, &set, error))
    return FALSE;
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (writer->scratch);
      if (bound_where_matches (&where, table, row)
          && !update_row (writer, table, row, &set, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_delete_rows (Writer *writer, const Operation *operation, Arena *arena,
                   GError **error)
{
  Table *table = bind_table (writer->database, operation->table, error);
  BoundWhere where;

  if (table == NULL || !bind_where (table, operation->rows.where, arena, &where, error))
    return FALSE;
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (writer->scratch);
      if (bound_where_matches (&where, table, row)
          && !write_delete (writer, table, row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apply_sql (Writer *writer, const Operation *operation, Arena *arena, GError **error)
{
  (void) writer, (void) arena;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, "%s", apply_obstacle (operation));
  return FALSE;
}

static const ApplyFunction FUNCTIONS[N_OPERATION_KINDS] = {
  [OPERATION_ADD_COLUMN] = apply_add_column,
  [OPERATION_ALTER_COLUMN] = apply_alter_column,
  [OPERATION_DROP_COLUMN] = apply_gated,
  [OPERATION_SWAP_COLUMN] = apply_gated,
  [OPERATION_END_SYNC] = apply_gated,
  [OPERATION_COPY_ROWS] = apply_copy_rows,
  [OPERATION_REPAIR] = apply_repair,
  [OPERATION_INSERT_ROWS] = apply_insert_rows,
  [OPERATION_UPDATE_ROWS] = apply_update_rows,
  [OPERATION_DELETE_ROWS] = apply_delete_rows,
  [OPERATION_BACKFILL] = apply_backfill,
  [OPERATION_SQL] = apply_sql,
};

gboolean
apply_operation (Writer *writer, const Operation *operation, const Database *before,
                 Arena *arena, GError **error)
{
  ApplyFunction function = FUNCTIONS[operation->kind];

  if (!(function != NULL ? function : apply_shape) (writer, operation, arena, error))
    return FALSE;
  writer_finish (writer);
  return verify_database (writer->database, before, error);
}

/* What memory cannot run ------------------------------------------------------- */

static gboolean
needs_database (const Transform *transform)
{
  return transform != NULL && transform_needs_database (transform);
}

static gboolean
list_needs_database (const NamedTransform *list)
{
  for (guint i = 0; list != NULL && list[i].column != NULL; i++)
    if (needs_database (list[i].transform))
      return TRUE;
  return FALSE;
}

static gboolean
addition_needs_database (const AddColumn *add)
{
  for (guint i = 0; i < add->n_additions; i++)
    if (needs_database (add->additions[i].transform))
      return TRUE;
  return list_needs_database (add->backward);
}

static gboolean
has_sql_transform (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      return addition_needs_database (&operation->add_column);
    case OPERATION_DROP_COLUMN:
    case OPERATION_RELAX_COLUMN:
      return list_needs_database (operation->drop_column.backward);
    case OPERATION_REPAIR:
      return list_needs_database (operation->constraint.repairs.repairs);
    case OPERATION_UPDATE_ROWS:
      return list_needs_database (operation->rows.set);
    case OPERATION_BACKFILL:
      return needs_database (operation->backfill.transform);
    default:
      return FALSE;
    }
}

const char *
apply_obstacle (const Operation *operation)
{
  if (operation->kind == OPERATION_SQL)
    return "it is SQL, which only a database can run";
  if (has_sql_transform (operation))
    return "its transform is an SQL expression, which only a database can evaluate";
  return NULL;
}
