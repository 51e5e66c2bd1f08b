/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's dialect: steps become actions.
 */
#pragma once

#include "engine/sql/action.h"

gboolean postgres_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                             GError **error);
gboolean postgres_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                             GError **error);
