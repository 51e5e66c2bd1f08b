/* SPDX-License-Identifier: Apache-2.0
 *
 * Past: the files that come before the one that is judged, on the command line and in the
 * folder of `--history`.
 */
#pragma once

#include "safety/safety.h"

typedef struct Past Past;

/**
 * past_new:
 * @folder: (nullable): of `--history`
 *
 * Returns: (nullable): NULL with ZDM_ERROR_INVALID when the folder cannot be read
 */
Past *past_new (const char *folder, GError **error);
void past_free (Past *past);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Past, past_free)

/**
 * past_before:
 * @path: the file that is about to be judged; "-" comes after all others
 *
 * Folds the folder's files whose names come before that of @path and that have not been
 * folded yet.  What is wrong with them is their own business: a file that does not load
 * leaves nothing behind.
 *
 * Returns: what was done before @path
 */
const History *past_before (Past *past, const char *path, const Target *target);

/* Takes in the file that has been judged; it is not read again. */
void past_add (Past *past, const char *path, const Migration *migration,
               const GPtrArray *effects);
