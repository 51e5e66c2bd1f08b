/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of our own connection: transforms, and the test of being in step, as the
 * memory engine has them.  Applications have none of these, so triggers use none.
 */
#pragma once

#include <sqlite3.h>

#include "model/table.h"

/* What went wrong in a call, since SQLite passes on a text only. */
typedef struct
{
  GError *error;
} FunctionFailure;

/**
 * function_transform:
 * @name: such as "zdm_value_0"
 * @transform: what it does with its arguments; has to outlive the connection's use of it
 * @inputs: the columns that the arguments are read as, NULL-ended
 * @failure: gets the first error; NULL: what does not convert is null
 */
gboolean function_transform (sqlite3 *db, const char *name,
                             const BoundTransform *transform, const Column *const *inputs,
                             const TypeSpec *output, FunctionFailure *failure,
                             GError **error);

/* name(olds…, news…): 1 or 0 */
gboolean function_in_step (sqlite3 *db, const char *name, const Table *table,
                           const Sync *sync, GError **error);
