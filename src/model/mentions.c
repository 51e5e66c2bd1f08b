/* SPDX-License-Identifier: Apache-2.0
 *
 * Mentions: collecting the names an operation speaks of.
 */
#include "config.h"

#include "model/mentions.h"

static void
add_name (GPtrArray *names, const char *name)
{
  if (name != NULL)
    g_ptr_array_add (names, (gpointer) name);
}

static void
add_names (GPtrArray *names, const char *const *list)
{
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    add_name (names, list[i]);
}

static void
add_literals (GPtrArray *names, const NamedLiteral *list)
{
  for (guint i = 0; list != NULL && list[i].name != NULL; i++)
    add_name (names, list[i].name);
}

static void
add_transforms (GPtrArray *names, const NamedTransform *list)
{
  for (guint i = 0; list != NULL && list[i].column != NULL; i++)
    add_name (names, list[i].column);
}

static void
add_additions (GPtrArray *names, const ColumnAddition *additions, guint n)
{
  for (guint i = 0; i < n; i++)
    add_name (names, additions[i].column->name);
}

static void
add_lookup (GPtrArray *names, const Lookup *lookup)
{
  if (lookup == NULL)
    return;
  add_name (names, lookup->from_table);
  add_name (names, lookup->from_column);
  add_names (names, lookup->match_here);
  add_names (names, lookup->match_there);
}

static void
add_constraint (GPtrArray *names, const Constraint *constraint)
{
  if (constraint == NULL)
    return;
  add_name (names, constraint->name);
  add_names (names, constraint->columns);
  add_name (names, constraint->references_table);
  add_names (names, constraint->references_columns);
}

static void
add_index (GPtrArray *names, const Index *index)
{
  if (index == NULL)
    return;
  add_name (names, index->name);
  for (guint i = 0; i < index->n_parts; i++)
    add_name (names, index->parts[i].column);
  add_names (names, index->include);
}

static void
add_table (GPtrArray *names, const Table *table)
{
  add_name (names, table->name);
  for (guint i = 0; i < table_n_columns (table); i++)
    add_name (names, table_column (table, i)->name);
  for (guint i = 0; i < table->constraints->len; i++)
    add_constraint (names, table->constraints->pdata[i]);
  for (guint i = 0; i < table->indexes->len; i++)
    add_index (names, table->indexes->pdata[i]);
}

/* Functions of a kind ---------------------------------------------------------- */

static void
mention_add_column (GPtrArray *names, const Operation *operation)
{
  add_additions (names, operation->add_column.additions,
                 operation->add_column.n_additions);
  add_names (names, operation->add_column.from);
  add_lookup (names, operation->add_column.lookup);
}

static void
mention_rename_column (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->rename_column.from);
  add_name (names, operation->rename_column.to);
}

static void
mention_alter_column (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->alter_column.column);
}

static void
mention_drop_column (GPtrArray *names, const Operation *operation)
{
  add_names (names, operation->drop_column.columns);
}

static void
mention_split_column (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->split_column.column);
  add_additions (names, operation->split_column.into, operation->split_column.n_into);
}

static void
mention_merge_columns (GPtrArray *names, const Operation *operation)
{
  add_names (names, operation->merge_columns.columns);
  add_name (names, operation->merge_columns.into->name);
}

static void
mention_swap_column (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->swap_column.column);
  add_name (names, operation->swap_column.shadow);
  add_name (names, operation->swap_column.old_name);
}

static void
mention_end_sync (GPtrArray *names, const Operation *operation)
{
  add_names (names, operation->end_sync.columns);
}

static void
mention_split_table (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->split_table.to);
  add_names (names, operation->split_table.columns);
  add_names (names, operation->split_table.key);
}

static void
mention_create_table (GPtrArray *names, const Operation *operation)
{
  add_table (names, operation->create_table.table);
}

static void
mention_drop_table (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->table);
}

static void
mention_rename_table (GPtrArray *names, const Operation *operation)
{
  add_name (names, operation->table);
  add_name (names, operation->rename_table.to);
}

static void
mention_constraint (GPtrArray *names, const Operation *operation)
{
  const ConstraintChange *change = &operation->constraint;

  add_constraint (names, change->constraint);
  add_name (names, change->name);
  add_name (names, change->to);
  add_transforms (names, change->repairs.repairs);
  add_name (names, change->repairs.duplicates_by);
}

static void
mention_index (GPtrArray *names, const Operation *operation)
{
  add_index (names, operation->index.index);
  add_name (names, operation->index.name);
}

static void
mention_rows (GPtrArray *names, const Operation *operation)
{
  const RowsChange *rows = &operation->rows;

  for (guint i = 0; rows->rows != NULL && rows->rows[i] != NULL; i++)
    add_literals (names, rows->rows[i]);
  add_literals (names, rows->where);
  add_transforms (names, rows->set);
}

static void
mention_backfill (GPtrArray *names, const Operation *operation)
{
  add_names (names, operation->backfill.columns);
  add_names (names, operation->backfill.from);
  add_lookup (names, operation->backfill.lookup);
  add_literals (names, operation->backfill.where);
}

static void
mention_nothing (GPtrArray *names, const Operation *operation)
{
  (void) names;
  (void) operation;
}

static void (*const MENTIONS[]) (GPtrArray *names, const Operation *operation) = {
  [OPERATION_ADD_COLUMN] = mention_add_column,
  [OPERATION_RENAME_COLUMN] = mention_rename_column,
  [OPERATION_ALTER_COLUMN] = mention_alter_column,
  [OPERATION_DROP_COLUMN] = mention_drop_column,
  [OPERATION_RELAX_COLUMN] = mention_drop_column,
  [OPERATION_SPLIT_COLUMN] = mention_split_column,
  [OPERATION_MERGE_COLUMNS] = mention_merge_columns,
  [OPERATION_SWAP_COLUMN] = mention_swap_column,
  [OPERATION_END_SYNC] = mention_end_sync,
  [OPERATION_SPLIT_TABLE] = mention_split_table,
  [OPERATION_CREATE_TABLE] = mention_create_table,
  [OPERATION_DROP_TABLE] = mention_drop_table,
  [OPERATION_RENAME_TABLE] = mention_rename_table,
  [OPERATION_ALIAS_TABLE] = mention_rename_table,
  [OPERATION_COPY_ROWS] = mention_rename_table,
  [OPERATION_ADD_CONSTRAINT] = mention_constraint,
  [OPERATION_DROP_CONSTRAINT] = mention_constraint,
  [OPERATION_REPLACE_CONSTRAINT] = mention_constraint,
  [OPERATION_RENAME_CONSTRAINT] = mention_constraint,
  [OPERATION_REPAIR] = mention_constraint,
  [OPERATION_CREATE_INDEX] = mention_index,
  [OPERATION_DROP_INDEX] = mention_index,
  [OPERATION_INSERT_ROWS] = mention_rows,
  [OPERATION_UPDATE_ROWS] = mention_rows,
  [OPERATION_DELETE_ROWS] = mention_rows,
  [OPERATION_BACKFILL] = mention_backfill,
  [OPERATION_SQL] = mention_nothing,
};

G_STATIC_ASSERT (G_N_ELEMENTS (MENTIONS) == N_OPERATION_KINDS);

GPtrArray *
mentions_of_operation (const Operation *operation)
{
  GPtrArray *names = g_ptr_array_new ();

  MENTIONS[operation->kind](names, operation);
  return names;
}

GPtrArray *
mentions_of_table (const Table *table)
{
  GPtrArray *names = g_ptr_array_new ();

  add_table (names, table);
  return names;
}
