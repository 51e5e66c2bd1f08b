/* SPDX-License-Identifier: Apache-2.0
 *
 * Images: what rows of the start were before a step changed them, kept in schema zdm
 * until contract so that the step can be undone.
 *
 * Three tables at most, made when first needed: `<name>` with the cells that were set
 * (key, before, after; columns are numbered as in the table), `<name>_rows` with rows
 * that were deleted, `<name>_keys` with the keys of rows that were inserted.
 */
#pragma once

#include "engine/postgres/fill.h"

gboolean pg_image_keep_cells (PgFill *fill, const char *condition,
                              const PgAssignment *assignments, guint n, GError **error);
gboolean pg_image_keep_rows (PgFill *fill, const char *condition, GError **error);

/* Runs an INSERT and keeps the keys of its rows. */
gboolean pg_image_keep_keys (PgFill *fill, const char *insert, GError **error);

/* Gives everything back.  What applications have written since stays. */
gboolean pg_image_restore (PgFill *fill, GError **error);

/* "DROP TABLE IF EXISTS …; …", for the three of them. */
const char *pg_image_drop_text (const char *name, Arena *arena);

/* What the images of a step are called, without the schema. */
const char *pg_image_name (const char *id, guint step, Arena *arena);

/* Drops all images of the migration. */
gboolean pg_image_forget (SqlConnection *connection, const char *id, GError **error);
