/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of split_column and merge_columns.
 */
#include "config.h"

#include "planner/expand.h"

#define HELP_NO_BACKWARD                                                                    \
  "say how with `backward: …`, or `backward: none` when what new clients write need not " \
  "reach old ones"

static void
add_mirrors (Expansion *expansion, const ColumnAddition *additions, guint n,
             const char *const *from, const NamedTransform *backward)
{
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_ADD_COLUMN);

  step->add_column = (AddColumn){
    .additions = additions,
    .n_additions = n,
    .from = from,
    .backward = backward,
    .backward_none = backward == NULL,
    .has_sync = TRUE,
    .sync = backward != NULL ? SYNC_BOTH : SYNC_FORWARD,
  };
}

static const char *const *
addition_names (Expansion *expansion, const ColumnAddition *additions, guint n)
{
  const char **names = arena_new_array (expansion->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = additions[i].column->name;
  return names;
}

void
expand_split_column (Expansion *expansion)
{
  const SplitColumn *split = &expansion->change->split_column;
  const Table *table = expansion_table (expansion);

  if (table == NULL || expansion_column (expansion, table, split->column) == NULL)
    return;
  if (split->backward == NULL && !split->backward_none)
    {
      expansion_error (expansion, HELP_NO_BACKWARD,
                       "`backward` has to say how '%s' is made of its parts again",
                       split->column);
      return;
    }
  const char *const *from = expansion_one_name (expansion, split->column);
  const char *const *to = addition_names (expansion, split->into, split->n_into);
  const NamedTransform *backward
      = split->backward_none
            ? NULL
            : expansion_one_transform (expansion, split->column, split->backward);
  add_mirrors (expansion, split->into, split->n_into, from, backward);
  expansion_backfill (expansion, to, from);
  expansion_drop_columns (expansion, from);
}

void
expand_merge_columns (Expansion *expansion)
{
  const MergeColumns *merge = &expansion->change->merge_columns;

  if (expansion_table (expansion) == NULL)
    return;
  if (merge->backward == NULL && !merge->backward_none)
    {
      expansion_error (expansion, HELP_NO_BACKWARD,
                       "`backward` has to say how each of '%s' is made of '%s' again",
                       name_list_to_string (merge->columns, expansion->arena),
                       merge->into->name);
      return;
    }
  add_mirrors (expansion,
               expansion_one_addition (expansion, merge->into, merge->transform), 1,
               merge->columns, merge->backward_none ? NULL : merge->backward);
  expansion_backfill (expansion, expansion_one_name (expansion, merge->into->name),
                      merge->columns);
  expansion_drop_columns (expansion, merge->columns);
}
