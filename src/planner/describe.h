/* SPDX-License-Identifier: Apache-2.0
 *
 * Describe: what a step does, and what undoing it does, in one line for people.
 *
 * The lines are part of the text result and of the recorded history: changing one is
 * changing an interface.
 */
#pragma once

#include "model/operation.h"

/**
 * describe_step:
 * @shape: the tables just before the step, for what the operation leaves to them
 *
 * Returns: (transfer arena): "Add column 'x' (nullable) to 'users'"
 */
const char *describe_step (const Operation *operation, const Database *shape,
                           Arena *arena);

/* Returns: (transfer arena): "Drop column 'x' from 'users'" */
const char *describe_rollback (const Operation *operation, Arena *arena);

/* Returns: (transfer arena): "'a', 'b'" */
const char *describe_names (const char *const *names, Arena *arena);
