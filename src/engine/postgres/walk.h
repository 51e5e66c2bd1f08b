/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk on PostgreSQL: a table from its first key to the last one seen at the start,
 * range by range; or from its first page to the last one.
 */
#pragma once

#include "engine/postgres/live.h"
#include "engine/sql/walk.h"

/* @position: as walk_position() gave it; NULL: at the start.  ZDM_ERROR_DRIFT if it is
 * none */
gboolean pg_walk_init (Walk *walk, const char *position, GError **error);
/* Whether the walk over @table can go on there: ZDM_ERROR_DRIFT if not. */
gboolean pg_walk_check (const char *position, const PgTable *table, gboolean may_be_pages,
                        GError **error);

/**
 * pg_walk_next:
 * @range: gets the condition of the next @n_rows rows at most, in @arena; NULL at the end
 *   of the pass.  A table without a key is one range.
 */
gboolean pg_walk_next (Walk *walk, SqlConnection *connection, const PgTable *table,
                       guint n_rows, const char **range, Arena *arena, GError **error);

/**
 * pg_walk_next_pages:
 *
 * As pg_walk_next(), by the pages that the table had when the pass began: in the order in
 * which rows are stored, whatever their key is.  A row that is written moves to another
 * page, so a pass meets it once, twice or never: only for who looks afterwards what is
 * left to do.  Where pages cannot be walked along, or fewer rows are wanted than one may
 * hold, by keys.
 */
gboolean pg_walk_next_pages (Walk *walk, SqlConnection *connection, const PgTable *table,
                             guint n_rows, const char **range, Arena *arena,
                             GError **error);
