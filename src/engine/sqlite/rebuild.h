/* SPDX-License-Identifier: Apache-2.0
 *
 * Rebuild: a table made anew under its own name, for what no edit of its definition can
 * change: a key that is part of it, the order of its columns.
 *
 * Indexes and triggers, the user's too, are there again afterwards.  Foreign keys must
 * not be enforced meanwhile.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/catalog.h"

/**
 * rebuild_table:
 * @sql: its new definition, under the same name
 * @from, @to: NULL-ended: columns that get their cells from one of another name; or NULL.
 *   All others get them from the column of their own name, where there is one
 */
gboolean rebuild_table (sqlite3 *db, const SqliteTable *table, const char *sql,
                        const char *const *from, const char *const *to, GError **error);

/* Without its UNIQUE constraint over these columns. */
gboolean rebuild_without_unique (sqlite3 *db, const SqliteTable *table,
                                 const char *const *columns, GError **error);

/* With another primary key.  @columns: NULL-ended; NULL: none */
gboolean rebuild_with_key (sqlite3 *db, const SqliteTable *table,
                           const char *const *columns, GError **error);
