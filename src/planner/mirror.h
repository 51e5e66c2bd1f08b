/* SPDX-License-Identifier: Apache-2.0
 *
 * Mirror: what an add_column with `from` leaves unsaid: its sync and its way back.
 */
#pragma once

#include "planner/expansion.h"

/**
 * mirror_complete:
 * @add: of a change, or of a step written by hand; sync and backward are filled in
 * @table: with the columns it is filled from; the new ones are not there yet
 *
 * Returns: FALSE with an error when it cannot be kept in step as asked
 */
gboolean mirror_complete (Expansion *expansion, AddColumn *add, const Table *table);

/**
 * mirror_infer_backward:
 * Returns: (nullable): what undoes @transform (NULL: a copy) from @old to @new exactly,
 *   or a cast for a cast
 */
const Transform *mirror_infer_backward (Arena *arena, const Transform *transform,
                                        const Column *old, const Column *new);
