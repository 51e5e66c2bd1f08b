/* SPDX-License-Identifier: Apache-2.0
 *
 * The name by which the way back of a change of type knows what it reads.
 */
#pragma once

#include "model/table.h"
#include "model/transform_stage.h"

/**
 * own_name_of_input:
 * @table: (nullable): whose rows @transform reads
 * @transform: begins with SQL of the user's
 *
 * What the way back of a column that gets another type, or is transformed, calls its
 * input: the column's own name, which the old one has until the swap.
 *
 * Returns: (nullable): NULL: it is another transform, or the input is called so by itself
 */
const char *own_name_of_input (const Table *table, const BoundTransform *transform);
