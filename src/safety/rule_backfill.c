/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM027-backfill-without-key, ZDM029-backfill-with-ddl, ZDM030-several-statements and
 * ZDM031-invalid-index-leftover: work that cannot be cut into pieces, or resumed.
 */
#include "config.h"

#include "safety/step_facts.h"

/* ZDM027 ------------------------------------------------------------------------- */

static gboolean
goes_by_key (OperationKind kind)
{
  return kind == OPERATION_BACKFILL || kind == OPERATION_COPY_ROWS
         || kind == OPERATION_REPAIR;
}

void
rule_backfill_without_key (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const Table *table = declared_table (context, step->operation->table);
      if (step_is_by_hand (step) && goes_by_key (step->operation->kind) && table != NULL
          && table_primary_key (table) == NULL)
        safety_report_step (
            context, step,
            "Step %u goes through the rows of '%s', which declares no primary "
            "key to go by",
            step->index, table->name);
    }
}

/* ZDM029 and ZDM030 ----------------------------------------------------------- */

/* What one text of an SQL step is made of. */
typedef struct
{
  guint n_statements;
  guint n_shape;
  guint n_rows; /* statements that write rows of a table the text does not create */
  gboolean concurrent;
} Composition;

static gboolean
is_created_in (const GPtrArray *statements, const SqlStatement *writer)
{
  for (guint i = 0; i < statements->len; i++)
    {
      const char *table = sql_statement_after (statements->pdata[i], "create table");
      if (g_strcmp0 (table, "if") == 0)
        table = sql_statement_after (statements->pdata[i], "if not exists");
      if (table != NULL && sql_statement_has (writer, table))
        return TRUE;
    }
  return FALSE;
}

static Composition
composition_of (const char *text)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) statements = sql_statements (text, arena);
  Composition composition = { .n_statements = statements->len };

  for (guint i = 0; i < statements->len; i++)
    {
      const SqlStatement *statement = statements->pdata[i];
      if (sql_statement_changes_shape (statement))
        composition.n_shape++;
      if (sql_statement_changes_rows (statement)
          && !is_created_in (statements, statement))
        composition.n_rows++;
      if (sql_statement_has (statement, "concurrently"))
        composition.concurrent = TRUE;
    }
  return composition;
}

static gboolean
mixes (const Composition *composition)
{
  return composition->n_shape > 0 && composition->n_rows > 0;
}

#define WRITES \
  (EFFECT_BIT (EFFECT_INSERT) | EFFECT_BIT (EFFECT_UPDATE) | EFFECT_BIT (EFFECT_DELETE))

void
rule_backfill_with_ddl (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const EngineText *text = step->operation->sql.forward;
      gboolean found = FALSE;
      for (; step->operation->kind == OPERATION_SQL && text->text != NULL && !found;
           text++)
        {
          const Composition composition = composition_of (text->text);
          found = mixes (&composition);
        }
      if (found && !step_is_of_new_tables (context, step, WRITES))
        safety_report_step (
            context, step,
            "Step %u changes tables and writes rows: the locks of the one are "
            "held for as long as the other takes",
            step->index);
    }
}

/* Whether these engines commit each statement that changes a table by itself. */
static gboolean
commits_each (const SafetyContext *context, const Operation *operation,
              const char *text_engine)
{
  static const char *const names[] = { "mariadb", "mysql" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if ((context->options->target.engines & target_engine_from_name (names[i])) != 0
        && operation_runs_on (operation, names[i])
        && (text_engine == NULL || g_str_equal (text_engine, names[i])))
      return TRUE;
  return FALSE;
}

static gboolean
cannot_resume (const SafetyContext *context, const Operation *operation,
               const EngineText *text)
{
  const Composition composition = composition_of (text->text);

  return composition.n_statements > 1 && !mixes (&composition)
         && (composition.concurrent
             || (composition.n_shape > 0
                 && commits_each (context, operation, text->engine)));
}

/* ZDM029 has the worse of it. */
void
rule_several_statements (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const Operation *operation = step->operation;
      gboolean found = FALSE;
      for (const EngineText *text = operation->sql.forward;
           operation->kind == OPERATION_SQL && text->text != NULL && !found; text++)
        found = cannot_resume (context, operation, text);
      if (found)
        safety_report_step (context, step,
                            "Step %u has several statements that do not commit as one: "
                            "stopped in between it can neither go on nor go back",
                            step->index);
    }
}

/* ZDM031 ------------------------------------------------------------------------- */

static gboolean
may_keep_invalid (const SqlStatement *statement, gconstpointer data)
{
  (void) data;
  return sql_statement_starts (statement, "create")
         && sql_statement_has (statement, "index concurrently if not exists");
}

void
rule_invalid_index_leftover (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (step_find_statement (step, may_keep_invalid, NULL))
        safety_report_step (
            context, step,
            "Step %u takes an index that a failed try has left INVALID for "
            "one that is there",
            step->index);
    }
}
