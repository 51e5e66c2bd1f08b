/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk on MariaDB: the ranges of a table's primary key, one after another, up to the
 * key that was the last one at the start; and again, until a whole pass has written
 * nothing.
 */
#pragma once

#include "engine/mariadb/live.h"
#include "engine/sql/walk.h"

/* ZDM_ERROR_DRIFT when the text is no position, or none of that table. */
gboolean maria_walk_init (Walk *walk, const char *position, const MariaTable *table,
                          GError **error);

/* @range: gets a condition, or NULL at the end of the walk.
 * ZDM_ERROR_UNSUPPORTED when the table has no primary key */
gboolean maria_walk_next (Walk *walk, SqlConnection *connection, const MariaTable *table,
                          guint n_rows, const char **range, Arena *arena, GError **error);

/* The SQL that gives the key of a row as literals. */
const char *maria_quoted_key (const MariaTable *table, Arena *arena);
