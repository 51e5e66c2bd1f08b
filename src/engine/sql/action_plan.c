/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps on their way through the shapes.
 */
#include "config.h"

#include "engine/sql/action_plan.h"

#include "model/shape.h"
#include "model/table_name.h"

static void
action_step_free (gpointer data)
{
  ActionStep *step = data;

  database_free (step->after);
  g_ptr_array_unref (step->actions);
  g_ptr_array_unref (step->undo);
  g_free (step);
}

static ActionStep *
add_step (ActionPlan *plan, const MigrationStep *step)
{
  ActionStep *action_step = g_new0 (ActionStep, 1);

  action_step->step = step;
  action_step->runs = operation_runs_on (step->operation, plan->engine->name);
  action_step->after = database_copy (action_plan_shape (plan, plan->steps->len));
  action_step->actions = g_ptr_array_new ();
  action_step->undo = g_ptr_array_new ();
  g_ptr_array_add (plan->steps, action_step);
  return action_step;
}

static void
number (ActionPlan *plan, const ActionStep *step, GPtrArray *actions, guint *next)
{
  for (guint i = 0; i < actions->len; i++)
    {
      Action *action = actions->pdata[i];
      action->step = step->step;
      action->index = (*next)++;
      if (actions == step->actions)
        g_ptr_array_add (plan->actions, action);
    }
}

/* The actions back are numbered after all forward ones, in the order in which they would
 * run: the last step's first. */
static void
number_all (ActionPlan *plan)
{
  guint next = 1;

  for (guint i = 0; i < plan->steps->len; i++)
    {
      const ActionStep *step = plan->steps->pdata[i];
      number (plan, step, step->actions, &next);
    }
  for (guint i = plan->steps->len; i-- > 0;)
    {
      const ActionStep *step = plan->steps->pdata[i];
      number (plan, step, step->undo, &next);
    }
}

static gboolean
is_first (const ActionPlan *plan, const ActionStep *step)
{
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const ActionStep *other = plan->steps->pdata[i];
      if (other->runs)
        return other == step;
    }
  return FALSE;
}

static gboolean
plan_step (ActionPlan *plan, ActionStep *step, GError **error)
{
  const Database *before = action_plan_shape (plan, plan->steps->len - 1);
  const StepShape shape = { .id = plan->plan->id,
                            .step = step->step,
                            .plan = plan->plan,
                            .is_first = is_first (plan, step),
                            .start = plan->start,
                            .end = plan->end,
                            .before = before,
                            .after = step->after };

  return !step->runs
         || (shape_apply (step->after, step->step->operation, plan->arena, error)
             && plan->engine->plan_step (&shape, step->actions, plan->arena, error)
             && plan->engine->plan_undo (&shape, step->undo, plan->arena, error));
}

static const char *
named_with_schema (const Table *table, Arena *arena)
{
  if (!g_str_equal (table_name_own (table->name, arena), table->name))
    return table->name;
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *key = table->constraints->pdata[i];
      if (key->kind == CONSTRAINT_FOREIGN_KEY
          && !g_str_equal (table_name_own (key->references_table, arena),
                           key->references_table))
        return key->references_table;
    }
  return NULL;
}

static void
say_schema (const ActionPlan *plan, const char *name, const Location *location,
            DiagnosticList *diagnostics)
{
  g_autoptr (Arena) arena = arena_new ();
  TableName parts = table_name_parse (name, arena);

  if (parts.schema != NULL)
    diagnostic_list_add (
        diagnostics, SEVERITY_ERROR, plan->engine->name, *location,
        arena_printf (arena, "name it '%s' wherever it is mentioned", parts.name),
        "table '%s' is named with a schema, and %s has none: tables are in the database "
        "of the URL",
        name, plan->engine->name);
  else
    diagnostic_list_add (diagnostics, SEVERITY_ERROR, plan->engine->name, *location,
                         "give it a plain name first",
                         "table '%s' is named in quotes, which only an engine with "
                         "schemas needs; %s has none",
                         name, plan->engine->name);
}

/* Where there are no schemas, one would be taken for a part of the name. */
static gboolean
refuse_schemas (const ActionPlan *plan, const Database *tables, const Location *location,
                DiagnosticList *diagnostics)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *name = NULL;

  if ((plan->engine->capabilities & SQL_SCHEMAS) != 0)
    return FALSE;
  for (guint i = 0; name == NULL && i < tables->tables->len; i++)
    name = named_with_schema (tables->tables->pdata[i], arena);
  if (name != NULL)
    say_schema (plan, name, location, diagnostics);
  return name != NULL;
}

/* A step that cannot be applied is reported in its turn. */
static Database *
apply_all (const ActionPlan *plan)
{
  Database *end = database_copy (plan->start);

  for (guint i = 0; i < migration_plan_n_steps (plan->plan); i++)
    {
      const Operation *operation = migration_plan_step (plan->plan, i)->operation;
      if (operation_runs_on (operation, plan->engine->name))
        shape_apply (end, operation, plan->arena, NULL);
    }
  return end;
}

ActionPlan *
action_plan_new (const SqlEngine *engine, const Migration *migration,
                 const MigrationPlan *plan, DiagnosticList *diagnostics)
{
  g_autoptr (ActionPlan) self = g_new0 (ActionPlan, 1);
  gboolean fine = TRUE;

  self->engine = engine;
  self->plan = plan;
  self->start = database_shape (migration->tables);
  self->arena = arena_new ();
  self->end = apply_all (self);
  self->steps = g_ptr_array_new_with_free_func (action_step_free);
  self->actions = g_ptr_array_new ();
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      ActionStep *action_step = add_step (self, step);
      g_autoptr (GError) error = NULL;
      if (plan_step (self, action_step, &error))
        {
          fine = fine
                 && !refuse_schemas (self, action_step->after, &step->location,
                                     diagnostics);
          continue;
        }
      fine = FALSE;
      diagnostic_list_add (diagnostics, SEVERITY_ERROR, engine->name, step->location,
                           "say it in another way, or limit the step with 'engines:'",
                           "step %u (%s) cannot run on %s: %s", step->index,
                           step->description, engine->name, error->message);
    }
  number_all (self);
  return fine ? g_steal_pointer (&self) : NULL;
}

void
action_plan_free (ActionPlan *plan)
{
  if (plan == NULL)
    return;
  g_ptr_array_unref (plan->steps);
  g_ptr_array_unref (plan->actions);
  database_free (plan->start);
  database_free (plan->end);
  arena_free (plan->arena);
  g_free (plan);
}

const ActionStep *
action_plan_step (const ActionPlan *plan, guint index)
{
  return plan->steps->pdata[index - 1];
}

const Database *
action_plan_shape (const ActionPlan *plan, guint n_steps)
{
  return n_steps == 0 ? plan->start
                      : ((const ActionStep *) plan->steps->pdata[n_steps - 1])->after;
}

static void
add_texts (GChecksum *checksum, const GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      g_checksum_update (checksum, (const guchar *) action->sql, -1);
      g_checksum_update (checksum, (const guchar *) "", 1);
    }
}

char *
action_plan_fingerprint (const ActionPlan *plan)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < plan->steps->len; i++)
    {
      const ActionStep *step = plan->steps->pdata[i];
      add_texts (checksum, step->actions);
      add_texts (checksum, step->undo);
    }
  return g_strdup_printf ("sha256:%s", g_checksum_get_string (checksum));
}
