/* SPDX-License-Identifier: Apache-2.0
 *
 * Dialect: a step as MariaDB's actions, without a look at any database.
 */
#pragma once

#include "engine/sql/action.h"

gboolean mariadb_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                            GError **error);
gboolean mariadb_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                            GError **error);
