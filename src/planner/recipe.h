/* SPDX-License-Identifier: Apache-2.0
 *
 * Recipe: transforms that the planner makes up by itself.
 */
#pragma once

#include "model/transform.h"

const Transform *recipe_cast (Arena *arena, const TypeSpec *type, Location location);
const Transform *recipe_coalesce (Arena *arena, const Literal *value, Location location);

/* First the one, then the other. */
const Transform *recipe_chain (Arena *arena, const Transform *first,
                               const Transform *then);

/* Whether it changes null values only. */
gboolean recipe_touches_null_only (const Transform *transform);

/* The value as a file would write it. */
const Literal *recipe_literal (Arena *arena, const TypeSpec *type, const Value *value,
                               Location location);

/* Whether values of @from are written into a column of @to by a plain copy. */
gboolean recipe_copies (const Column *from, const TypeSpec *to);
