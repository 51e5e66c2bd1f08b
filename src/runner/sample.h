/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples: rows an application might write.
 *
 * A rehearsal has no application at hand, so it makes up what one would write: values
 * like those in the rows that are there, values that the column's type, its checks and
 * its keys accept.  There are several variants; the one that is accepted is taken.
 */
#pragma once

#include "runner/client_check.h"

#define N_SAMPLE_VARIANTS 15

/**
 * sample_value:
 * @variant: 0 … N_SAMPLE_VARIANTS - 1
 * @serial: another number gives another value where the column must be unique
 *
 * Returns: FALSE when this variant has nothing for the column
 */
gboolean sample_value (const CheckPoint *point, const Table *table,
                       const ClientColumn *wanted, guint variant, guint serial,
                       Arena *arena, Value *value);
