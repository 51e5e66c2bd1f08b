/* SPDX-License-Identifier: Apache-2.0
 *
 * The expansion functions, one a change kind, and the table of them.
 */
#pragma once

#include "planner/expansion.h"

/* Turns the change into steps, or finds out why it cannot be done. */
void expand_change (Expansion *expansion);

/* plan_column.c */
void expand_add_column (Expansion *expansion);
void expand_rename_column (Expansion *expansion);
void expand_drop_column (Expansion *expansion);

/* plan_alter.c, plan_shadow.c */
void expand_alter_column (Expansion *expansion);
void expand_shadow (Expansion *expansion, const Column *column);

/* plan_split.c */
void expand_split_column (Expansion *expansion);
void expand_merge_columns (Expansion *expansion);

/* plan_table.c */
void expand_split_table (Expansion *expansion);
void expand_rename_table (Expansion *expansion);

/* plan_constraint.c */
void expand_add_constraint (Expansion *expansion);
void expand_drop_constraint (Expansion *expansion);
void expand_replace_constraint (Expansion *expansion);
void expand_drop_index (Expansion *expansion);
void expand_create_index (Expansion *expansion);

/* expand.c: changes that are one step. */
void expand_in_its_phase (Expansion *expansion);
void expand_as_expanding (Expansion *expansion);
void expand_as_migrating (Expansion *expansion);
void expand_as_contracting (Expansion *expansion);
