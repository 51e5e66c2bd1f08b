/* SPDX-License-Identifier: Apache-2.0
 *
 * The names by which the user's own SQL knows what it reads.
 */
#pragma once

#include "engine/sql/step_sql.h"
#include "model/transform_stage.h"

/**
 * known_names:
 * @stage: with the SQL of the user's
 * @inputs: an operand for each of its inputs
 *
 * A column that has changed its name, as one that gets another type does at the end, is
 * to be there by the name that the SQL knows it by, whatever else has that now.
 *
 * Returns: (nullable): "NEW.\"zdm_old_a\" AS \"a\", …" of those, in @arena; NULL: there
 * are none
 */
const char *known_names (const BoundStage *stage, const char *const *inputs,
                         const char *(*identifier) (Arena *arena, const char *name),
                         Arena *arena);

/**
 * known_own_name:
 * @table: (nullable): whose rows @transform reads
 *
 * What the way back of a column that gets another type, or is transformed, calls its
 * input: the column's own name, which the old one has until the swap.
 *
 * Returns: (nullable): NULL: it is another transform, or the input is called so by itself
 */
const char *known_own_name (const Table *table, const BoundTransform *transform);
