/* SPDX-License-Identifier: Apache-2.0
 *
 * Gate: nothing is contracted while a row is out of step.
 */
#pragma once

#include "model/database.h"
#include "model/operation.h"

/**
 * gate_check:
 * @operation: a step that ends a sync (drop_column, swap_column, end_sync)
 *
 * Counts, then and there, the rows that are out of step in the syncs that it ends.
 *
 * Returns: FALSE with ZDM_ERROR_GATE, naming how many, the first of them, and why it is
 *   not in step when its value does not convert
 */
gboolean gate_check (const Database *database, const Operation *operation,
                     GError **error);
