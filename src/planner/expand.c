/* SPDX-License-Identifier: Apache-2.0
 *
 * Which function expands which change.
 */
#include "config.h"

#include "planner/expand.h"

#include "planner/identifier.h"

static const ExpandFunction EXPANSIONS[] = {
  [OPERATION_ADD_COLUMN] = expand_add_column,
  [OPERATION_RENAME_COLUMN] = expand_rename_column,
  [OPERATION_ALTER_COLUMN] = expand_alter_column,
  [OPERATION_DROP_COLUMN] = expand_drop_column,
  [OPERATION_SPLIT_COLUMN] = expand_split_column,
  [OPERATION_MERGE_COLUMNS] = expand_merge_columns,
  [OPERATION_SPLIT_TABLE] = expand_split_table,
  [OPERATION_CREATE_TABLE] = expand_as_expanding,
  [OPERATION_DROP_TABLE] = expand_as_contracting,
  [OPERATION_RENAME_TABLE] = expand_rename_table,
  [OPERATION_ADD_CONSTRAINT] = expand_add_constraint,
  [OPERATION_DROP_CONSTRAINT] = expand_drop_constraint,
  [OPERATION_REPLACE_CONSTRAINT] = expand_replace_constraint,
  [OPERATION_RENAME_CONSTRAINT] = expand_as_expanding,
  [OPERATION_CREATE_INDEX] = expand_create_index,
  [OPERATION_DROP_INDEX] = expand_drop_index,
  [OPERATION_INSERT_ROWS] = expand_as_migrating,
  [OPERATION_UPDATE_ROWS] = expand_as_migrating,
  [OPERATION_DELETE_ROWS] = expand_as_migrating,
  [OPERATION_BACKFILL] = expand_as_migrating,
  [OPERATION_SQL] = expand_in_its_phase,
};

G_STATIC_ASSERT (G_N_ELEMENTS (EXPANSIONS) == N_OPERATION_KINDS);

void
expand_change (Expansion *expansion)
{
  ExpandFunction expand = EXPANSIONS[expansion->change->kind];

  if (!identifier_check_operation (expansion))
    return;
  if (expand == NULL)
    expansion_error (expansion, "write it as a step, under `steps:`",
                     "this is a step, not a change");
  else
    expand (expansion);
}

void
expand_in_its_phase (Expansion *expansion)
{
  expansion_take (expansion, expansion->change->phase);
}

void
expand_as_expanding (Expansion *expansion)
{
  expansion_take (expansion, MIGRATION_PHASE_EXPANDING);
}

void
expand_as_migrating (Expansion *expansion)
{
  expansion_take (expansion, MIGRATION_PHASE_MIGRATING);
}

void
expand_as_contracting (Expansion *expansion)
{
  expansion_take (expansion, MIGRATION_PHASE_CONTRACTING);
}
