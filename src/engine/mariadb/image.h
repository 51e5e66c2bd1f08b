/* SPDX-License-Identifier: Apache-2.0
 *
 * Images: what rows of the start were before a step changed them, kept until contract so
 * that the step can be undone.
 *
 * Three tables at most, made by an action of their own, since DDL ends transactions:
 * `<name>` with the cells that were set (key, before, after), `<name>_rows` with rows
 * that were deleted, `<name>_keys` with the keys of rows that were inserted.
 */
#pragma once

#include "engine/mariadb/fill.h"

gboolean maria_image_make (SqlConnection *connection, const MariaDetail *detail,
                           GError **error);

/* Each of them locks the rows that it keeps, and gives the condition under which a row is
 * among those kept. */
gboolean maria_image_keep_cells (MariaFill *fill, const char *condition,
                                 const MariaAssignment *assignments, const char **kept,
                                 GError **error);
gboolean maria_image_keep_rows (MariaFill *fill, const char *condition, const char **kept,
                                GError **error);

/* @key: of a row that was inserted, as literals */
gboolean maria_image_keep_key (MariaFill *fill, const char *key, GError **error);

/* Gives back; what applications have written since stays. */
gboolean maria_image_restore (MariaFill *fill, GError **error);

/* "DROP TABLE IF EXISTS …", for the three of them. */
const char *maria_image_drop_text (const char *name, Arena *arena);

/* What the images of a step are called. */
const char *maria_image_name (const char *id, guint step, Arena *arena);

/* Drops all images of the migration. */
gboolean maria_image_forget (SqlConnection *connection, const char *id, GError **error);
