/* SPDX-License-Identifier: Apache-2.0
 *
 * Refit: what holds for a column while its type changes: its constraints, and a repair of
 * the values that the new type refuses.
 */
#pragma once

#include "planner/expansion.h"

/**
 * refit_constraints:
 * Returns: FALSE with an error when a constraint of the column would mean something else,
 *   or nothing, with the type of @shadow
 */
gboolean refit_constraints (Expansion *expansion, const Column *column,
                            const Column *shadow);

/**
 * refit_repair:
 * Adds a repair of the old cells, to be run before they are copied, when @alter asks for
 * one that is not part of the transform.
 *
 * Returns: FALSE with an error when no check can tell which values are refused
 */
gboolean refit_repair (Expansion *expansion, const AlterColumn *alter,
                       const Column *column, const Column *shadow);
