/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits of a live table's definition: what SQLite can change of a table without a look at
 * its rows, or after a look for one that does not fit.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/catalog.h"
#include "engine/sqlite/detail.h"

/* All edits of the detail are one new definition.  ZDM_ERROR_CONSTRAINT names a row that
 * breaks what is to bind. */
gboolean sqlite_edit (sqlite3 *db, const SqliteDetail *detail, GError **error);

/* Every row of @live refers to one that is there, or to none.  @key: a foreign key;
 * ZDM_ERROR_CONSTRAINT names a row that does not. */
gboolean sqlite_edit_check_reference (sqlite3 *db, const SqliteTable *live,
                                      const Constraint *key, Arena *arena,
                                      GError **error);

/* A unique constraint goes: its index, or with a new table the part of the definition. */
gboolean sqlite_drop_unique (sqlite3 *db, const SqliteDetail *detail, GError **error);
