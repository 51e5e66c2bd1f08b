/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk on SQLite: a table from its first key to the last one seen at the start, range
 * by range.
 */
#pragma once

#include "engine/sql/walk.h"
#include "engine/sqlite/row_key.h"

/* @position: as walk_position() gave it; NULL: at the start.  ZDM_ERROR_DRIFT if it is
 * none */
gboolean walk_init (Walk *walk, const char *position, GError **error);
/* Whether @position is a place in a walk over rows with that key: ZDM_ERROR_DRIFT. */
gboolean walk_check (const char *position, const RowKey *key, GError **error);

/**
 * walk_next:
 * @n_rows: how many rows at most
 * @range: gets the condition of the next rows, in @arena; NULL at the end of the pass
 *
 * Moves on to the end of that range.
 */
gboolean walk_next (Walk *walk, sqlite3 *db, const RowKey *key, guint n_rows,
                    const char **range, Arena *arena, GError **error);
