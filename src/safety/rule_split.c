/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM317-split-of-default: a default of the old table has made a row of the new one
 * before the application that knows both inserts it.
 */
#include "config.h"

#include "safety/judge.h"
#include "safety/step_facts.h"

/* Nothing but nulls makes no row of the new table. */
static gboolean
gives_a_value (const Column *column)
{
  return column->default_kind != DEFAULT_NONE
         && (column->default_kind != DEFAULT_VALUE
             || !value_is_null (&column->default_value));
}

static void
check_split (const SafetyContext *context, const MigrationStep *step,
             const CreateTable *create)
{
  const char *from = step->operation->table;
  const Table *table = declared_table (context, from);

  for (guint i = 0; table != NULL && create->split_columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, create->split_columns[i]);
      if (column == NULL || !gives_a_value (column))
        continue;
      safety_report_step (context, step,
                          "column '%s' of '%s' has a default, by which an insert into "
                          "'%s' makes the row of '%s' too: a new application that then "
                          "inserts it finds it there",
                          column->name, from, from, create->table->name);
      return;
    }
}

void
rule_split_of_default (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const Operation *operation = step->operation;
      if (operation->kind == OPERATION_CREATE_TABLE
          && operation->create_table.split_columns != NULL)
        check_split (context, step, &operation->create_table);
    }
}
