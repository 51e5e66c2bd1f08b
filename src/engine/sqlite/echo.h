/* SPDX-License-Identifier: Apache-2.0
 *
 * Echo: the triggers that a fill of ours would only set off to find nothing to do.
 *
 * A row that a fill has put in step is left alone by the triggers of that mirror; asking
 * them row by row takes as long as the fill itself.
 */
#pragma once

#include "engine/sqlite/catalog.h"
#include "model/table.h"

/**
 * echo_is_all:
 * @table: the shape of @live
 * @sync: the mirror whose new columns are written, with what it makes of the old ones
 * @all: gets whether no trigger, and no action of a foreign key, has anything to do then:
 *   none of an application's, and none of a mirror that reads those columns
 */
gboolean echo_is_all (sqlite3 *db, const SqliteTable *live, const Table *table,
                      const Sync *sync, gboolean *all, Arena *arena, GError **error);

/* Whether triggers fire on our own connection; nobody else's is concerned, and the
 * actions of foreign keys go on. */
void echo_let (sqlite3 *db, gboolean fire);
