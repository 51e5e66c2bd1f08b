/* SPDX-License-Identifier: Apache-2.0
 *
 * The actions are in the order of the steps, so the part of one is found by halving.
 */
#include "config.h"

#include "report/step_actions.h"

/* The first action of step @index or one after it. */
static guint
first_action (const GPtrArray *actions, guint index)
{
  guint low = 0, high = actions->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Action *action = g_ptr_array_index (actions, middle);

      if (action->step->index < index)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

StepActions
step_actions (const EnginePlan *plan, const MigrationStep *step)
{
  guint start = first_action (plan->actions, step->index);
  guint end = first_action (plan->actions, step->index + 1);

  if (start == end)
    return (StepActions){ NULL, 0 };
  return (StepActions){ (const Action *const *) plan->actions->pdata + start,
                        end - start };
}
