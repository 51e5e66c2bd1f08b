/* SPDX-License-Identifier: Apache-2.0
 *
 * Apply: what each kind of step does to the tables and their rows.
 */
#pragma once

#include "engine/memory/write.h"
#include "model/operation.h"

/**
 * apply_operation:
 * @writer: its database is changed, half-way too on failure: the caller works on a copy
 * @arena: owns what the tables refer to from now on
 *
 * Constraints are verified against @before, which held.
 */
gboolean apply_operation (Writer *writer, const Operation *operation,
                          const Database *before, Arena *arena, GError **error);

/* Why memory cannot run the operation, e.g. "it is SQL"; NULL when it can. */
const char *apply_obstacle (const Operation *operation);
