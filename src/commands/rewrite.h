/* SPDX-License-Identifier: Apache-2.0
 *
 * Rewrite: a migration file with fixes put into it, everything else as it was.
 */
#pragma once

#include "safety/fix.h"

typedef struct Rewrite Rewrite;

/**
 * rewrite_new:
 * @path: what findings call the file
 * @fixes: Fix *, in the order of the file
 *
 * Takes each fix that, with those before it, leaves a file which loads and plans.
 */
Rewrite *rewrite_new (const char *path, const char *bytes, gsize length,
                      const GPtrArray *fixes);
void rewrite_free (Rewrite *rewrite);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rewrite, rewrite_free)

guint rewrite_n_fixes (const Rewrite *rewrite);
const Fix *rewrite_fix (const Rewrite *rewrite, guint index);

/* The whole file. */
const GString *rewrite_text (const Rewrite *rewrite);

/* A unified diff without context, as patch(1) reads it. */
void rewrite_append_diff (const Rewrite *rewrite, GString *out, gboolean color);
