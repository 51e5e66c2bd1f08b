/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's dialect: steps become actions.
 */
#pragma once

#include "engine/sql/action.h"

gboolean sqlite_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                           GError **error);
gboolean sqlite_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                           GError **error);
