/* SPDX-License-Identifier: Apache-2.0
 *
 * Unwind: the way back over one step, keeping what applications wrote since.
 *
 * A step is known by the tables before it and after it.  Where nothing was written since,
 * going back puts the old references back: O(columns), and exact.  Elsewhere the rows are
 * merged: what the step did is taken back, what applications did stays.
 */
#pragma once

#include "model/database.h"
#include "model/operation.h"

/**
 * unwind_step:
 * @before, @after: the database at both sides of the step
 * @now: as applications left it; replaced
 *
 * Returns: FALSE with an error when the rows that were written since do not fit the old
 *   shape; @now is then unchanged
 */
gboolean unwind_step (const Database *before, const Database *after,
                      const Operation *operation, Database **now, GError **error);
