/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM316-lookup-without-index: both sides of a match are searched, over and over.
 */
#include "config.h"

#include "safety/judge.h"
#include "safety/step_facts.h"

static gboolean
begins_with_any (const char *column, const char *const *columns)
{
  for (guint i = 0; columns[i] != NULL; i++)
    if (judge_same_name (column, columns[i]))
      return TRUE;
  return FALSE;
}

/* Of a step, on the table. */
static gboolean
makes_index (const MigrationStep *step, const char *table, const char *const *columns)
{
  const Operation *operation = step->operation;

  if (g_strcmp0 (operation->table, table) != 0)
    return FALSE;
  if (operation->kind == OPERATION_CREATE_INDEX)
    return begins_with_any (operation->index.index->parts[0].column, columns);
  if (operation->kind == OPERATION_ADD_CONSTRAINT)
    {
      const Constraint *constraint = operation->constraint.constraint;
      return (constraint->kind == CONSTRAINT_UNIQUE
              || constraint->kind == CONSTRAINT_PRIMARY_KEY)
             && begins_with_any (constraint->columns[0], columns);
    }
  return FALSE;
}

/* Whether rows of the table are found by one of the columns without reading it all; what
 * is not declared is not known. */
static gboolean
is_searchable (const SafetyContext *context, const char *table,
               const char *const *columns)
{
  const Table *declared = declared_table (context, table);

  if (declared == NULL)
    return TRUE;
  for (guint i = 0; columns[i] != NULL; i++)
    if (judge_table_indexes (declared, columns[i]))
      return TRUE;
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    if (makes_index (migration_plan_step (context->plan, i), table, columns))
      return TRUE;
  return FALSE;
}

static void
check_lookup (const SafetyContext *context, const MigrationStep *step,
              const Lookup *lookup)
{
  const char *table = step->operation->table;
  g_autofree char *here = g_strjoinv ("' or '", (char **) lookup->match_here);
  g_autofree char *there = g_strjoinv ("' or '", (char **) lookup->match_there);

  if (!is_searchable (context, lookup->from_table, lookup->match_there))
    safety_report_step (context, step,
                        "no index of '%s' begins with '%s': each row of '%s' that is "
                        "filled reads all of it",
                        lookup->from_table, there, table);
  if (!is_searchable (context, table, lookup->match_here))
    safety_report_step (context, step,
                        "no index of '%s' begins with '%s': each write into '%s' reads "
                        "all of it",
                        table, here, lookup->from_table);
}

void
rule_lookup_without_index (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const Operation *operation = step->operation;
      if (operation->kind == OPERATION_ADD_COLUMN && operation->add_column.lookup != NULL)
        check_lookup (context, step, operation->add_column.lookup);
    }
}
