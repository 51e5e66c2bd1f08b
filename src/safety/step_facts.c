/* SPDX-License-Identifier: Apache-2.0
 *
 * What steps do to a column.
 */
#include "config.h"

#include "safety/step_facts.h"

gboolean
step_is_by_hand (const MigrationStep *step)
{
  return step != NULL && (step->change == NULL || step->operation->kind == OPERATION_SQL);
}

/* SQL ---------------------------------------------------------------------------- */

static gboolean
find_in_text (const char *text, StatementFunction function, gconstpointer data)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) statements = sql_statements (text, arena);

  for (guint i = 0; i < statements->len; i++)
    if (function (statements->pdata[i], data))
      return TRUE;
  return FALSE;
}

gboolean
step_find_statement (const MigrationStep *step, StatementFunction function,
                     gconstpointer data)
{
  if (step->operation->kind != OPERATION_SQL)
    return FALSE;
  for (const EngineText *text = step->operation->sql.forward; text->text != NULL; text++)
    if (find_in_text (text->text, function, data))
      return TRUE;
  return FALSE;
}

/* Unquoted names are in lower case; a quoted one is as it is. */
static gboolean
mentions (const SqlStatement *statement, const char *name)
{
  for (guint i = 0; name != NULL && i < statement->n_words; i++)
    if (g_ascii_strcasecmp (statement->words[i], name) == 0)
      return TRUE;
  return name == NULL;
}

typedef struct
{
  const char *table, *column;
} Names;

static gboolean
mentions_both (const SqlStatement *statement, gconstpointer data)
{
  const Names *names = data;

  return mentions (statement, names->table) && mentions (statement, names->column);
}

gboolean
step_sql_mentions (const MigrationStep *step, const char *table, const char *column)
{
  const Names names = { table, column };

  return step_find_statement (step, mentions_both, &names);
}

static gboolean
writes_both (const SqlStatement *statement, gconstpointer data)
{
  return sql_statement_changes_rows (statement) && mentions_both (statement, data);
}

static gboolean
triggers_on (const SqlStatement *statement, gconstpointer table)
{
  return sql_statement_creates_trigger (statement) && mentions (statement, table);
}

/* Typed -------------------------------------------------------------------------- */

static gboolean
is_of_table (const MigrationStep *step, const char *table)
{
  return g_strcmp0 (step->operation->table, table) == 0;
}

static gboolean
sets_column (const RowsChange *rows, const char *column)
{
  for (const NamedTransform *set = rows->set; set != NULL && set->column != NULL; set++)
    if (g_str_equal (set->column, column))
      return TRUE;
  return FALSE;
}

gboolean
step_fills (const MigrationStep *step, const char *table, const char *column)
{
  const Operation *operation = step->operation;
  const Names names = { table, column };

  switch (operation->kind)
    {
    case OPERATION_BACKFILL:
      return is_of_table (step, table)
             && name_list_contains (operation->backfill.columns, column);
    case OPERATION_UPDATE_ROWS:
      return is_of_table (step, table) && sets_column (&operation->rows, column);
    case OPERATION_SQL:
      return step_find_statement (step, writes_both, &names);
    default:
      return FALSE;
    }
}

gboolean
step_drops (const MigrationStep *step, const char *table, const char *column)
{
  const Operation *operation = step->operation;

  if (!is_of_table (step, table))
    return FALSE;
  if (column == NULL)
    return operation->kind == OPERATION_DROP_TABLE;
  return operation->kind == OPERATION_DROP_COLUMN
         && name_list_contains (operation->drop_column.columns, column);
}

gboolean
step_adds (const MigrationStep *step, const char *table, const char *column)
{
  const AddColumn *add = &step->operation->add_column;

  if (step->operation->kind != OPERATION_ADD_COLUMN || !is_of_table (step, table))
    return FALSE;
  for (guint i = 0; i < add->n_additions; i++)
    if (g_str_equal (add->additions[i].column->name, column))
      return TRUE;
  return FALSE;
}

gboolean
step_adds_mirror (const MigrationStep *step)
{
  const Operation *operation = step->operation;

  return operation->kind == OPERATION_ADD_COLUMN
         && (operation->add_column.from != NULL || operation->add_column.lookup != NULL);
}

gboolean
step_is_of_new_tables (const SafetyContext *context, const MigrationStep *step,
                       guint64 kinds)
{
  gboolean any = FALSE;

  kinds |= EFFECT_BIT (EFFECT_NOT_ANALYSED) | EFFECT_BIT (EFFECT_SYNTAX_ERROR);
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (effect->step != step || (kinds & EFFECT_BIT (effect->kind)) == 0)
        continue;
      if (!effect->new_table)
        return FALSE;
      any = TRUE;
    }
  return any;
}

/* Plans -------------------------------------------------------------------------- */

const MigrationStep *
plan_mirror_of_old (const MigrationPlan *plan, const char *table, const char *column)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step_adds_mirror (step) && is_of_table (step, table)
          && name_list_contains (step->operation->add_column.from, column))
        return step;
    }
  return NULL;
}

const MigrationStep *
plan_mirror_of_new (const MigrationPlan *plan, const char *table, const char *column)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step_adds_mirror (step) && step_adds (step, table, column))
        return step;
    }
  return NULL;
}

const MigrationStep *
plan_fill_from (const MigrationPlan *plan, guint from, const char *table,
                const char *column)
{
  for (guint i = from; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step_fills (step, table, column))
        return step;
    }
  return NULL;
}

static gboolean
ends_mirror (const MigrationStep *step, const MigrationStep *mirror)
{
  const Operation *operation = step->operation;
  const AddColumn *add = &mirror->operation->add_column;

  if (!is_of_table (step, mirror->operation->table))
    return FALSE;
  if (operation->kind == OPERATION_SWAP_COLUMN)
    return step_adds (mirror, operation->table, operation->swap_column.shadow);
  for (guint i = 0; add->from != NULL && add->from[i] != NULL; i++)
    if (step_drops (step, operation->table, add->from[i]))
      return TRUE;
  return FALSE;
}

const MigrationStep *
plan_end_of_mirror (const MigrationPlan *plan, const MigrationStep *mirror)
{
  for (guint i = mirror->index; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (ends_mirror (step, mirror))
        return step;
    }
  return NULL;
}

gboolean
plan_creates_table (const MigrationPlan *plan, const char *table)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const Operation *operation = migration_plan_step (plan, i)->operation;
      if (operation->kind == OPERATION_CREATE_TABLE
          && g_strcmp0 (operation->create_table.table->name, table) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
plan_creates_trigger (const MigrationPlan *plan, const char *table)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    if (step_find_statement (migration_plan_step (plan, i), triggers_on, table))
      return TRUE;
  return FALSE;
}

const Table *
declared_table (const SafetyContext *context, const char *table)
{
  return table != NULL ? database_find (context->migration->tables, table) : NULL;
}

const Column *
declared_column (const SafetyContext *context, const char *table, const char *column)
{
  const Table *found = declared_table (context, table);

  return found != NULL ? table_find_column (found, column) : NULL;
}
