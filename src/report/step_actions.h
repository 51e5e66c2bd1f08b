/* SPDX-License-Identifier: Apache-2.0
 *
 * What one step becomes on one engine: a part of the engine's list of actions.
 */
#pragma once

#include "engine/sql/action.h"

typedef struct
{
  const Action *const *list; /* borrowed from the plan */
  guint n;
} StepActions;

/* Nothing where the step is skipped on that engine. */
StepActions step_actions (const EnginePlan *plan, const MigrationStep *step);
