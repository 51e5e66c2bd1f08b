/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions in words, and what every dialect asks of a step.
 */
#include "config.h"

#include "engine/sql/action.h"

#include "model/error.h"

static const char *const LOCK_CLASSES[] = {
  [LOCK_CLASS_NONE] = "nobody waits",
  [LOCK_CLASS_ROWS] = "writers of the same rows wait",
  [LOCK_CLASS_WRITE] = "writers wait",
  [LOCK_CLASS_EXCLUSIVE] = "everybody waits",
};

static const char *const COSTS[] = {
  [ACTION_COST_INSTANT] = "instant",
  [ACTION_COST_SCAN] = "scans all rows",
  [ACTION_COST_INDEX] = "builds an index",
  [ACTION_COST_REWRITE] = "rewrites all rows",
};

const char *
lock_class_to_string (LockClass lock)
{
  return LOCK_CLASSES[lock];
}

const char *
action_cost_to_string (ActionCost cost)
{
  return COSTS[cost];
}

static gboolean
table_feeds_sync (const Database *shape, const Table *table, const char *column)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->mode != SYNC_ON_INSERT
          && (name_list_contains (sync->old_columns, column)
              || name_list_contains (sync->new_columns, column)))
        return TRUE;
    }
  for (guint i = 0; i < shape->table_syncs->len; i++)
    {
      const TableSync *sync = shape->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, table->name)
          && name_list_contains (sync->columns, column))
        return TRUE;
    }
  return FALSE;
}

gboolean
step_shape_needs_gate (const StepShape *shape)
{
  const Operation *operation = shape->step->operation;
  const Table *table = database_find (shape->before, operation->table);

  if (table == NULL)
    return FALSE;
  if (operation->kind == OPERATION_SWAP_COLUMN || operation->kind == OPERATION_END_SYNC)
    return TRUE;
  if (operation->kind != OPERATION_DROP_COLUMN)
    return FALSE;
  const DropColumn *drop = &operation->drop_column;
  for (guint i = 0; drop->columns[i] != NULL; i++)
    if (table_feeds_sync (shape->before, table, drop->columns[i]))
      return TRUE;
  return FALSE;
}

gboolean
step_shape_changes_start (const StepShape *shape, const char *const *columns)
{
  const char *name = shape->step->operation->table;
  const Table *start = database_find (shape->start, name);

  if (start == NULL || database_find (shape->before, name) == NULL)
    return FALSE;
  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    if (table_find_column (start, columns[i]) != NULL)
      return TRUE;
  return columns == NULL;
}

gboolean
step_shape_check_cast (const StepShape *shape, Arena *arena, GError **error)
{
  const AlterColumn *alter = &shape->step->operation->alter_column;
  const Table *table = database_find (shape->before, shape->step->operation->table);

  if (shape->step->operation->kind != OPERATION_ALTER_COLUMN || table == NULL)
    return TRUE;
  const Column *column = table_find_column (table, alter->column);
  if (column == NULL || !alter->has_type || type_spec_equal (&column->type, &alter->type)
      || type_widens (&column->type, &alter->type))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' cannot change from %s to %s in place while "
               "applications write it; use the change alter_column, which fills a new "
               "column and keeps both in step",
               column->name, table->name, type_spec_to_string (&column->type, arena),
               type_spec_to_string (&alter->type, arena));
  return FALSE;
}
