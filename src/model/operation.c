/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of operation kinds.
 */
#include "config.h"

#include "model/operation.h"

enum
{
  IN_CHANGES = 1 << 0,
  IN_STEPS = 1 << 1,
  IN_BOTH = IN_CHANGES | IN_STEPS,
};

static const struct
{
  const char *name;
  guint where;
} KINDS[] = {
  [OPERATION_ADD_COLUMN] = { "add_column", IN_BOTH },
  [OPERATION_RENAME_COLUMN] = { "rename_column", IN_CHANGES },
  [OPERATION_ALTER_COLUMN] = { "alter_column", IN_BOTH },
  [OPERATION_DROP_COLUMN] = { "drop_column", IN_BOTH },
  [OPERATION_RELAX_COLUMN] = { "relax_column", IN_STEPS },
  [OPERATION_SPLIT_COLUMN] = { "split_column", IN_CHANGES },
  [OPERATION_MERGE_COLUMNS] = { "merge_columns", IN_CHANGES },
  [OPERATION_SWAP_COLUMN] = { "swap_column", IN_STEPS },
  [OPERATION_END_SYNC] = { "end_sync", IN_STEPS },
  [OPERATION_SPLIT_TABLE] = { "split_table", IN_CHANGES },
  [OPERATION_CREATE_TABLE] = { "create_table", IN_BOTH },
  [OPERATION_DROP_TABLE] = { "drop_table", IN_BOTH },
  [OPERATION_RENAME_TABLE] = { "rename_table", IN_BOTH },
  [OPERATION_ALIAS_TABLE] = { "alias_table", IN_STEPS },
  [OPERATION_COPY_ROWS] = { "copy_rows", IN_STEPS },
  [OPERATION_ADD_CONSTRAINT] = { "add_constraint", IN_BOTH },
  [OPERATION_DROP_CONSTRAINT] = { "drop_constraint", IN_BOTH },
  [OPERATION_REPLACE_CONSTRAINT] = { "replace_constraint", IN_CHANGES },
  [OPERATION_RENAME_CONSTRAINT] = { "rename_constraint", IN_BOTH },
  [OPERATION_REPAIR] = { "repair", IN_STEPS },
  [OPERATION_CREATE_INDEX] = { "create_index", IN_BOTH },
  [OPERATION_DROP_INDEX] = { "drop_index", IN_BOTH },
  [OPERATION_INSERT_ROWS] = { "insert_rows", IN_BOTH },
  [OPERATION_UPDATE_ROWS] = { "update_rows", IN_BOTH },
  [OPERATION_DELETE_ROWS] = { "delete_rows", IN_BOTH },
  [OPERATION_BACKFILL] = { "backfill", IN_BOTH },
  [OPERATION_SQL] = { "sql", IN_BOTH },
};

G_STATIC_ASSERT (G_N_ELEMENTS (KINDS) == N_OPERATION_KINDS);

const char *
operation_kind_to_string (OperationKind kind)
{
  return KINDS[kind].name;
}

gboolean
operation_kind_is_change (OperationKind kind)
{
  return (KINDS[kind].where & IN_CHANGES) != 0;
}

gboolean
operation_kind_is_step (OperationKind kind)
{
  return (KINDS[kind].where & IN_STEPS) != 0;
}

Operation *
operation_copy (Arena *arena, const Operation *operation)
{
  return arena_memdup (arena, operation, sizeof *operation);
}

gboolean
operation_runs_on (const Operation *operation, const char *engine)
{
  return operation->engines == NULL || name_list_contains (operation->engines, engine);
}
