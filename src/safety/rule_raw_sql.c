/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM038-sql-could-be-typed and ZDM039-opaque-sql: what raw SQL hides.
 */
#include "config.h"

#include "safety/step_facts.h"

/* Heads of statements that an operation can say, and which one. */
static const struct
{
  const char *words;
  const char *operation;
} TYPED[] = {
  { "create table", "create_table" }, { "drop table", "drop_table" },
  { "create index", "create_index" }, { "create unique index", "create_index" },
  { "drop index", "drop_index" },     { "update", "backfill or update_rows" },
  { "insert into", "insert_rows" },   { "delete from", "delete_rows" },
};

/* Behind ALTER TABLE. */
static const struct
{
  const char *words;
  const char *operation;
} TYPED_ALTER[] = {
  { "add constraint", "add_constraint" },
  { "drop constraint", "drop_constraint" },
  { "rename constraint", "rename_constraint" },
  { "rename column", "rename_column" },
  { "rename to", "rename_table" },
  { "drop column", "drop_column" },
  { "add column", "add_column" },
  { "alter column", "alter_column" },
  { "modify", "alter_column" },
};

static const char *
typed_operation (const SqlStatement *statement)
{
  for (guint i = 0; i < G_N_ELEMENTS (TYPED); i++)
    if (sql_statement_starts (statement, TYPED[i].words))
      return TYPED[i].operation;
  for (guint i = 0; i < G_N_ELEMENTS (TYPED_ALTER); i++)
    if (sql_statement_starts (statement, "alter table")
        && sql_statement_has (statement, TYPED_ALTER[i].words))
      return TYPED_ALTER[i].operation;
  return NULL;
}

typedef struct
{
  const SafetyContext *context;
  const MigrationStep *step;
} Judged;

/* Once a step is enough. */
static gboolean
report_typed (const SqlStatement *statement, gconstpointer data)
{
  const Judged *judged = data;
  const char *operation = typed_operation (statement);

  if (operation == NULL)
    return FALSE;
  safety_report_step (judged->context, judged->step,
                      "Step %u is SQL that %s says too, with a way back and a proof",
                      judged->step->index, operation);
  return TRUE;
}

void
rule_sql_could_be_typed (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const Judged judged
          = { .context = context, .step = migration_plan_step (context->plan, i) };
      step_find_statement (judged.step, report_typed, &judged);
    }
}

/* ZDM039 ------------------------------------------------------------------------- */

/* What these do is plain from their first word, and none of it is a rule's business. */
static gboolean
is_plain (const SqlStatement *statement)
{
  static const char *const heads[]
      = { "select", "set",   "show",   "analyze", "explain", "values",
          "pragma", "grant", "revoke", "comment", NULL };

  return name_list_contains (heads, statement->words[0]);
}

static gboolean
is_opaque (const SqlStatement *statement, gconstpointer data)
{
  (void) data;
  return typed_operation (statement) == NULL && !is_plain (statement);
}

void
rule_opaque_sql (const SafetyContext *context)
{
  const MigrationStep *last = NULL;

  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (effect->kind == EFFECT_NOT_ANALYSED && effect->step == NULL)
        safety_report_effect (context, effect, "No rule looks into this: %s",
                              effect->text);
      if (effect->kind != EFFECT_NOT_ANALYSED || effect->step == NULL
          || effect->step == last || !step_find_statement (effect->step, is_opaque, NULL))
        continue;
      last = effect->step;
      safety_report_effect (context, effect, "Step %u has SQL that no rule looks into",
                            last->index);
    }
}
