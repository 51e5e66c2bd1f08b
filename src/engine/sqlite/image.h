/* SPDX-License-Identifier: Apache-2.0
 *
 * Images: what rows of the start were before a step changed them, kept in the database
 * until contract so that the step can be undone.
 *
 * Three tables at most, made when first needed: `<name>` with the cells that were set
 * (key, before, after), `<name>/rows` with rows that were deleted, `<name>/keys` with the
 * keys of rows that were inserted.
 */
#pragma once

#include "engine/sqlite/fill.h"

gboolean image_keep_cells (Fill *fill, const char *condition,
                           const FillAssignment *assignments, guint n, GError **error);
gboolean image_keep_rows (Fill *fill, const char *condition, GError **error);
/* Of the row that was inserted last, found by @condition. */
gboolean image_keep_key (Fill *fill, const char *condition, GError **error);

/* Gives everything back.  What applications have written since stays. */
gboolean image_restore (Fill *fill, GError **error);

/* "DROP TABLE IF EXISTS …; …", for the three of them. */
const char *image_drop_text (const char *name, Arena *arena);

/* What the images of a step are called. */
const char *image_name (const char *id, guint step, Arena *arena);

/* Drops all images of the migration. */
gboolean image_forget (sqlite3 *db, const char *id, GError **error);
