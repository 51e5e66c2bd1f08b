/* SPDX-License-Identifier: Apache-2.0
 *
 * The migration's own steps, and both its ends.
 */
#include "config.h"

#include "engine/sqlite/touched.h"

#include "model/shape.h"

static void
note_rename (Touched *touched, const AddColumn *mirror)
{
  if (mirror->purpose != SYNC_FOR_RENAME || mirror->from == NULL)
    return;
  g_ptr_array_add (touched->renames, (gpointer) mirror->from[0]);
  g_ptr_array_add (touched->renames, (gpointer) mirror->additions[0].column->name);
}

/* Follows the table through its names. */
static void
follow (Touched *touched, const Operation *operation, const char **name)
{
  if (operation->table == NULL || g_ascii_strcasecmp (operation->table, *name) != 0)
    return;
  if (operation->kind == OPERATION_SWAP_COLUMN)
    g_ptr_array_add (touched->swapped, (gpointer) operation->swap_column.column);
  else if (operation->kind == OPERATION_ADD_COLUMN)
    note_rename (touched, &operation->add_column);
  else if (operation->kind == OPERATION_DROP_TABLE)
    touched->is_dropped = TRUE;
  else if (operation->kind == OPERATION_RENAME_TABLE)
    *name = operation->rename_table.to;
}

void
touched_init (Touched *touched, const Table *start, const Database *end,
              const MigrationPlan *plan)
{
  const char *name = start->name;

  *touched = (Touched){ .start = start,
                        .swapped = g_ptr_array_new (),
                        .renames = g_ptr_array_new () };
  for (guint i = 0; i < migration_plan_n_steps (plan) && !touched->is_dropped; i++)
    {
      const Operation *operation = migration_plan_step (plan, i)->operation;
      if (operation_runs_on (operation, "sqlite"))
        follow (touched, operation, &name);
    }
  touched->end = touched->is_dropped ? NULL : database_find (end, name);
}

void
touched_clear (Touched *touched)
{
  g_clear_pointer (&touched->swapped, g_ptr_array_unref);
  g_clear_pointer (&touched->renames, g_ptr_array_unref);
}

gboolean
touched_swapped (const Touched *touched, const char *column)
{
  for (guint i = 0; i < touched->swapped->len; i++)
    if (g_ascii_strcasecmp (touched->swapped->pdata[i], column) == 0)
      return TRUE;
  return FALSE;
}

gboolean
touched_gone (const Touched *touched, const char *column)
{
  const char *name = column;

  if (table_find_column (touched->start, column) == NULL || touched->end == NULL)
    return touched->is_dropped;
  for (guint i = 0; i + 1 < touched->renames->len; i += 2)
    if (g_ascii_strcasecmp (touched->renames->pdata[i], name) == 0)
      name = touched->renames->pdata[i + 1];
  return table_find_column (touched->end, name) == NULL;
}

/* One that is declared, and is not there or another one at the end. */
static gboolean
loses_constraint (const Touched *touched, const char *column)
{
  for (guint i = 0; i < touched->start->constraints->len; i++)
    {
      const Constraint *was = touched->start->constraints->pdata[i], *is;
      if (!constraint_uses_column (was, column))
        continue;
      is = was->name != NULL ? table_find_constraint (touched->end, was->name) : NULL;
      if (was->kind == CONSTRAINT_PRIMARY_KEY)
        is = table_primary_key (touched->end);
      if (is == NULL || !constraint_equal (was, is))
        return TRUE;
    }
  return FALSE;
}

gboolean
touched_column (const Touched *touched, const char *column)
{
  const Column *was = table_find_column (touched->start, column);

  if (was == NULL)
    return FALSE; /* the file does not speak of it */
  if (touched->end == NULL || touched_swapped (touched, column))
    return TRUE;
  const Column *is = table_find_column (touched->end, column);
  return is == NULL || !column_equal (was, is) || loses_constraint (touched, column);
}

gboolean
touched_index (const Touched *touched, const Index *index)
{
  const Index *is
      = touched->end != NULL ? table_find_index (touched->end, index->name) : NULL;

  if (is == NULL || !index_equal (index, is))
    return TRUE;
  for (guint i = 0; i < touched->swapped->len; i++)
    if (index_uses_column (index, touched->swapped->pdata[i]))
      return TRUE;
  return FALSE;
}
