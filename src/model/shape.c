/* SPDX-License-Identifier: Apache-2.0
 *
 * Shape: one function for each kind of step, and all or nothing around them.
 */
#include "config.h"

#include "model/shape.h"

#include "model/error.h"
#include "model/shape_ops.h"

static gboolean
shape_nothing (Database *database, const Operation *operation, Arena *arena,
               GError **error)
{
  (void) database, (void) operation, (void) arena, (void) error;
  return TRUE;
}

static const ShapeFunction FUNCTIONS[N_OPERATION_KINDS] = {
  [OPERATION_ADD_COLUMN] = shape_add_column,
  [OPERATION_ALTER_COLUMN] = shape_alter_column,
  [OPERATION_DROP_COLUMN] = shape_drop_column,
  [OPERATION_RELAX_COLUMN] = shape_relax_column,
  [OPERATION_SWAP_COLUMN] = shape_swap_column,
  [OPERATION_END_SYNC] = shape_end_sync,
  [OPERATION_CREATE_TABLE] = shape_create_table,
  [OPERATION_DROP_TABLE] = shape_drop_table,
  [OPERATION_RENAME_TABLE] = shape_rename_table,
  [OPERATION_ALIAS_TABLE] = shape_alias_table,
  [OPERATION_COPY_ROWS] = shape_copy_rows,
  [OPERATION_ADD_CONSTRAINT] = shape_add_constraint,
  [OPERATION_DROP_CONSTRAINT] = shape_drop_constraint,
  [OPERATION_RENAME_CONSTRAINT] = shape_rename_constraint,
  [OPERATION_REPAIR] = shape_repair,
  [OPERATION_CREATE_INDEX] = shape_create_index,
  [OPERATION_DROP_INDEX] = shape_drop_index,
  [OPERATION_INSERT_ROWS] = shape_change_rows,
  [OPERATION_UPDATE_ROWS] = shape_change_rows,
  [OPERATION_DELETE_ROWS] = shape_change_rows,
  [OPERATION_BACKFILL] = shape_backfill,
  [OPERATION_SQL] = shape_nothing,
};

static void
swap_contents (Database *a, Database *b)
{
  Database keep = *a;

  *a = *b;
  *b = keep;
}

gboolean
shape_apply (Database *database, const Operation *operation, Arena *arena, GError **error)
{
  ShapeFunction function = FUNCTIONS[operation->kind];

  if (function == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "'%s' is a change, not a step",
                   operation_kind_to_string (operation->kind));
      return FALSE;
    }
  g_autoptr (Database) work = database_copy (database);
  if (!function (work, operation, arena, error))
    return FALSE;
  swap_contents (database, work);
  return TRUE;
}

const Sync *
table_sync_of_new (const Table *table, const char *column)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = g_ptr_array_index (table->syncs, i);
      if (sync->mode != SYNC_ON_INSERT && name_list_contains (sync->new_columns, column))
        return sync;
    }
  return NULL;
}

const Sync *
table_sync_of_old (const Table *table, const char *column)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = g_ptr_array_index (table->syncs, i);
      if (sync->mode != SYNC_ON_INSERT && name_list_contains (sync->old_columns, column))
        return sync;
    }
  return NULL;
}

static gboolean
is_pair (const char *const *from, const char *first, const char *const *to,
         const char *second)
{
  return from[0] != NULL && from[1] == NULL && g_str_equal (from[0], first)
         && to[0] != NULL && to[1] == NULL && g_str_equal (to[0], second);
}

const BoundTransform *
table_transform_between (const Table *table, const char *from, const char *to,
                         const Sync **sync)
{
  for (guint i = 0; table != NULL && i < table->syncs->len; i++)
    {
      *sync = g_ptr_array_index (table->syncs, i);
      if (is_pair ((*sync)->old_columns, from, (*sync)->new_columns, to))
        return (*sync)->forward[0];
      if (is_pair ((*sync)->new_columns, from, (*sync)->old_columns, to))
        return (*sync)->backward != NULL ? (*sync)->backward[0] : NULL;
    }
  *sync = NULL;
  return NULL;
}

const TableSync *
database_sync_to (const Database *database, const char *new_table)
{
  for (guint i = 0; i < database->table_syncs->len; i++)
    {
      const TableSync *sync = g_ptr_array_index (database->table_syncs, i);
      if (g_str_equal (sync->new_table, new_table))
        return sync;
    }
  return NULL;
}
