/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM013-drop-without-replacement, ZDM014-mirror-without-backfill,
 * ZDM035-narrower-replacement and ZDM036-index-not-moved: is the new shape as good as the
 * old one?
 */
#include "config.h"

#include "safety/step_facts.h"

/* ZDM013 ------------------------------------------------------------------------- */

/* Whether a step before the contract line has to do with the column (or table). */
static gboolean
prepares_drop (const MigrationStep *step, const char *table, const char *column)
{
  const Operation *operation = step->operation;

  if (operation->kind == OPERATION_SQL)
    return step_sql_mentions (step, table, column);
  if (operation->kind == OPERATION_ADD_COLUMN && operation->add_column.lookup != NULL)
    return g_str_equal (operation->add_column.lookup->from_table, table)
           && (column == NULL
               || g_strcmp0 (operation->add_column.lookup->from_column, column) == 0);
  if (g_strcmp0 (operation->table, table) != 0)
    return FALSE;
  switch (operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      return name_list_contains (operation->add_column.from, column);
    case OPERATION_BACKFILL:
      return name_list_contains (operation->backfill.from, column);
    case OPERATION_RELAX_COLUMN:
      return name_list_contains (operation->drop_column.columns, column);
    case OPERATION_CREATE_TABLE:
      return column == NULL
             || name_list_contains (operation->create_table.split_columns, column);
    case OPERATION_COPY_ROWS:
    case OPERATION_ALIAS_TABLE:
      return column == NULL;
    default:
      return FALSE;
    }
}

static gboolean
is_prepared (const SafetyContext *context, const char *table, const char *column)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    if (prepares_drop (migration_plan_step (context->plan, i), table,
                       column != NULL ? column : NULL))
      return TRUE;
  return safety_history_expands (context, table, column);
}

static void
check_drop (const SafetyContext *context, const MigrationStep *step, const char *column)
{
  const char *table = step->operation->table;

  if (column != NULL && declared_column (context, table, column) == NULL)
    return; /* what a swap has left, or what this file made */
  if (column == NULL && declared_table (context, table) == NULL)
    return;
  if (is_prepared (context, table, column))
    return;
  if (column != NULL)
    safety_report_step (context, step,
                        "Step %u drops '%s' of '%s', and no step has put anything in its "
                        "place",
                        step->index, column, table);
  else
    safety_report_step (context, step,
                        "Step %u drops table '%s', and no step has put anything in its "
                        "place",
                        step->index, table);
}

/* Without any expanding step ZDM002 says it, without any fill ZDM005. */
void
rule_drop_without_replacement (const SafetyContext *context)
{
  const MigrationPlan *plan = context->plan;

  if (!migration_plan_has_phase (plan, MIGRATION_PHASE_EXPANDING))
    return;
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      const char *const *columns = step->operation->drop_column.columns;
      if (!step_is_by_hand (step) || step->phase != MIGRATION_PHASE_CONTRACTING)
        continue;
      if (step->operation->kind == OPERATION_DROP_TABLE)
        check_drop (context, step, NULL);
      if (step->operation->kind != OPERATION_DROP_COLUMN
          || !safety_plan_fills_something (plan))
        continue;
      for (guint j = 0; columns[j] != NULL; j++)
        check_drop (context, step, columns[j]);
    }
}

/* ZDM014 ------------------------------------------------------------------------- */

static gboolean
is_filled (const MigrationPlan *plan, const MigrationStep *mirror, const char *column)
{
  for (guint i = mirror->index; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step_fills (step, mirror->operation->table, column)
          || step_sql_mentions (step, column, NULL))
        return TRUE;
    }
  return FALSE;
}

/* ZDM005 says it where the old values are dropped, too. */
static gboolean
loses_values (const MigrationPlan *plan, const MigrationStep *mirror)
{
  return !safety_plan_fills_something (plan) && plan_end_of_mirror (plan, mirror) != NULL;
}

void
rule_mirror_without_backfill (const SafetyContext *context)
{
  const MigrationPlan *plan = context->plan;

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      const AddColumn *add = &step->operation->add_column;
      if (!step_is_by_hand (step) || !step_adds_mirror (step)
          || plan_creates_table (plan, step->operation->table)
          || loses_values (plan, step))
        continue;
      for (guint j = 0; j < add->n_additions; j++)
        if (!is_filled (plan, step, add->additions[j].column->name))
          safety_report_step (
              context, step,
              "'%s' of '%s' is kept in step from step %u on, and no step fills it for "
              "the rows that are there",
              add->additions[j].column->name, step->operation->table, step->index);
    }
}

/* ZDM035 ------------------------------------------------------------------------- */

static gboolean
holds_every_value (const TypeSpec *old, const TypeSpec *new)
{
  gint64 old_min, old_max, new_min, new_max;

  if (type_spec_equal (old, new) || type_widens (old, new))
    return TRUE;
  return column_type_range (old->base, &old_min, &old_max)
         && column_type_range (new->base, &new_min, &new_max) && new_min <= old_min
         && new_max >= old_max;
}

static gboolean
copies (const ColumnAddition *addition)
{
  return addition->transform == NULL || transform_is_copy (addition->transform);
}

static void
check_addition (const SafetyContext *context, const MigrationStep *step,
                const Column *old, const Column *new)
{
  if (!holds_every_value (&old->type, &new->type))
    safety_report_step (
        context, step,
        "'%s' is %s and takes the place of '%s', which is %s: some values "
        "may not fit",
        new->name, type_spec_to_string (&new->type, context->plan->arena), old->name,
        type_spec_to_string (&old->type, context->plan->arena));
  else if (old->nullable && !new->nullable)
    safety_report_step (context, step,
                        "'%s' is NOT NULL and takes the place of '%s', which may be null",
                        new->name, old->name);
}

void
rule_narrower_replacement (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const AddColumn *add = &step->operation->add_column;
      if (!step_is_by_hand (step) || !step_adds_mirror (step) || add->from == NULL
          || add->from[1] != NULL)
        continue;
      const Column *old = declared_column (context, step->operation->table, add->from[0]);
      for (guint j = 0; old != NULL && j < add->n_additions; j++)
        if (copies (&add->additions[j]))
          check_addition (context, step, old, add->additions[j].column);
    }
}

/* ZDM036 ------------------------------------------------------------------------- */

static gboolean
uses_new_column (const MigrationStep *step, const MigrationStep *mirror)
{
  const Operation *operation = step->operation;
  const AddColumn *add = &mirror->operation->add_column;

  for (guint i = 0; i < add->n_additions; i++)
    {
      const char *column = add->additions[i].column->name;
      if (operation->kind == OPERATION_SQL
          && step_sql_mentions (step, mirror->operation->table, column))
        return TRUE;
      if (operation->kind == OPERATION_CREATE_INDEX
          && index_uses_column (operation->index.index, column))
        return TRUE;
      if (operation->kind == OPERATION_ADD_CONSTRAINT
          && constraint_uses_column (operation->constraint.constraint, column))
        return TRUE;
    }
  return FALSE;
}

/* One new index or constraint is taken for the heir of all: the rule is about forgetting
 * them, not about counting them. */
static gboolean
has_heir (const MigrationPlan *plan, const MigrationStep *mirror)
{
  const AddColumn *add = &mirror->operation->add_column;

  for (guint i = 0; i < add->n_additions; i++)
    if (add->additions[i].column->unique || add->additions[i].column->primary_key)
      return TRUE;
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    if (uses_new_column (migration_plan_step (plan, i), mirror))
      return TRUE;
  return FALSE;
}

static void
report_lost (const SafetyContext *context, const MigrationStep *step, const char *what,
             const char *column, const MigrationStep *mirror)
{
  safety_report_step (context, step,
                      "'%s' goes away with '%s' of '%s', and '%s' gets nothing like it",
                      what, column, step->operation->table,
                      mirror->operation->add_column.additions[0].column->name);
}

static void
check_lost (const SafetyContext *context, const MigrationStep *step, const char *column)
{
  const Table *table = declared_table (context, step->operation->table);
  const MigrationStep *mirror
      = plan_mirror_of_old (context->plan, step->operation->table, column);

  if (table == NULL || mirror == NULL
      || mirror->operation->add_column.purpose != SYNC_FOR_COPY
      || has_heir (context->plan, mirror))
    return;
  for (guint i = 0; i < table->indexes->len; i++)
    if (index_uses_column (table->indexes->pdata[i], column))
      report_lost (context, step, ((const Index *) table->indexes->pdata[i])->name,
                   column, mirror);
  for (guint i = 0; i < table->constraints->len; i++)
    if (constraint_uses_column (table->constraints->pdata[i], column))
      report_lost (context, step,
                   ((const Constraint *) table->constraints->pdata[i])->name, column,
                   mirror);
}

void
rule_index_not_moved (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const char *const *columns = step->operation->drop_column.columns;
      if (!step_is_by_hand (step) || step->operation->kind != OPERATION_DROP_COLUMN)
        continue;
      for (guint j = 0; columns[j] != NULL; j++)
        check_lost (context, step, columns[j]);
    }
}
