/* SPDX-License-Identifier: Apache-2.0
 *
 * MigrationPlan: an ordered list of steps and how far it is.
 */
#include "config.h"

#include "model/plan.h"

MigrationPlan *
migration_plan_new (const char *id, const char *title)
{
  MigrationPlan *plan = g_new0 (MigrationPlan, 1);

  plan->arena = arena_new ();
  plan->id = arena_strdup (plan->arena, id);
  plan->title = arena_strdup (plan->arena, title);
  plan->steps = g_ptr_array_new ();
  plan->tables = g_ptr_array_new_with_free_func ((GDestroyNotify) table_free);
  plan->phase = MIGRATION_PHASE_PENDING;
  return plan;
}

void
migration_plan_free (MigrationPlan *plan)
{
  if (plan == NULL)
    return;
  g_ptr_array_unref (plan->steps);
  g_ptr_array_unref (plan->tables);
  arena_free (plan->arena);
  g_free (plan);
}

MigrationPlan *
migration_plan_fresh (const MigrationPlan *plan)
{
  MigrationPlan *fresh = migration_plan_new (plan->id, plan->title);

  fresh->from_changes = plan->from_changes;
  for (guint i = 0; i < plan->steps->len; i++)
    {
      MigrationStep *step
          = arena_memdup (fresh->arena, plan->steps->pdata[i], sizeof (MigrationStep));
      step->executed = FALSE;
      step->rolled_back = FALSE;
      step->error = NULL;
      g_ptr_array_add (fresh->steps, step);
    }
  return fresh;
}

MigrationStep *
migration_plan_add_step (MigrationPlan *plan, MigrationPhase phase,
                         const Operation *operation, const char *description,
                         const char *rollback_description)
{
  MigrationStep *step = arena_new0 (plan->arena, MigrationStep);

  step->index = plan->steps->len + 1;
  step->phase = phase;
  step->operation = operation;
  step->description = description;
  step->rollback_description = rollback_description;
  step->fail = operation->fail;
  step->location = operation->location;
  g_ptr_array_add (plan->steps, step);
  return step;
}

const char *
migration_step_undone (const MigrationStep *step, Arena *arena)
{
  return arena_printf (arena, "%s: %s", step->rows_stay ? "Left as it is" : "Rolled back",
                       step->description);
}

guint
migration_plan_n_steps (const MigrationPlan *plan)
{
  return plan->steps->len;
}

MigrationStep *
migration_plan_step (const MigrationPlan *plan, guint index)
{
  return g_ptr_array_index (plan->steps, index);
}

guint
migration_plan_steps_before (const MigrationPlan *plan, MigrationPhase phase)
{
  guint n = 0;

  for (guint i = 0; i < plan->steps->len; i++)
    n += migration_plan_step (plan, i)->phase < phase ? 1 : 0;
  return n;
}

gboolean
migration_plan_has_phase (const MigrationPlan *plan, MigrationPhase phase)
{
  for (guint i = 0; i < plan->steps->len; i++)
    if (migration_plan_step (plan, i)->phase == phase)
      return TRUE;
  return FALSE;
}

double
migration_plan_progress (const MigrationPlan *plan)
{
  guint n_done = 0;

  if (plan->steps->len == 0)
    return 0.0;
  for (guint i = 0; i < plan->steps->len; i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      n_done += step->executed && !step->rolled_back ? 1 : 0;
    }
  return 100.0 * n_done / plan->steps->len;
}
