/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM025-no-rollback and ZDM026-rollback-loses-data: raw SQL on the way back.
 */
#include "config.h"

#include "safety/step_facts.h"

static gboolean
changes_anything (const SqlStatement *statement, gconstpointer data)
{
  static const char *const heads[]
      = { "select", "set", "show", "analyze", "explain", "values", "pragma", NULL };

  (void) data;
  return !name_list_contains (heads, statement->words[0]);
}

void
rule_no_rollback (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (step->phase < MIGRATION_PHASE_CONTRACTING
          && step_find_statement (step, changes_anything, NULL)
          && step->operation->sql.rollback == NULL)
        safety_report_step (
            context, step,
            "Step %u is SQL without a `rollback`: when a later step fails, "
            "what it did stays",
            step->index);
    }
}

static gboolean
destroys (const SqlStatement *statement, gconstpointer data)
{
  (void) data;
  return sql_statement_starts (statement, "drop table")
         || sql_statement_starts (statement, "truncate")
         || sql_statement_starts (statement, "delete")
         || (sql_statement_starts (statement, "alter table")
             && sql_statement_has (statement, "drop column"));
}

#define DESTROYS                                                 \
  (EFFECT_BIT (EFFECT_DROP_TABLE) | EFFECT_BIT (EFFECT_TRUNCATE) \
   | EFFECT_BIT (EFFECT_DELETE) | EFFECT_BIT (EFFECT_DROP_COLUMN))

/* Of a table that this file makes nobody misses a value. */
void
rule_rollback_loses_data (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (step_find_statement (step, destroys, NULL)
          && step->operation->sql.rollback != NULL
          && !step_is_of_new_tables (context, step, DESTROYS))
        safety_report_step (
            context, step,
            "The `rollback` of step %u brings the shape back, not the values "
            "that its SQL destroys",
            step->index);
    }
}
