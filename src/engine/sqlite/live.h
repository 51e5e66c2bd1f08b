/* SPDX-License-Identifier: Apache-2.0
 *
 * Live: small questions to a live database, and the one way to write a definition.
 */
#pragma once

#include "engine/sqlite/catalog.h"
#include "engine/sqlite/definition.h"

/* Runs statements whose results are of no matter. */
gboolean live_exec (sqlite3 *db, const char *sql, GError **error);

/* The first column of the first row, as text in @arena; NULL where there is no row. */
gboolean live_text (sqlite3 *db, const char *sql, const char **text, Arena *arena,
                    GError **error);

/* A table that has to be there: ZDM_ERROR_MISSING. */
gboolean live_table (sqlite3 *db, const char *name, const SqliteTable **table,
                     Arena *arena, GError **error);

/* The column's default as an operand: a bare word is a text there, and a name elsewhere.
 */
const char *live_default_operand (const SqliteColumn *column, Arena *arena);

/* A row that is older than its column has no cell for it: it reads the default of the
 * definition, and would read another one (https://www.sqlite.org/lang_altertable.html,
 * section 4).  Gives all rows that read the default a cell; no trigger fires. */
gboolean live_store_default (sqlite3 *db, const SqliteTable *table,
                             const SqliteColumn *column, Arena *arena, GError **error);

/* Gives a table another definition, in the transaction that is open; SQLite reads it at
 * once, and refuses what it cannot read. */
gboolean live_define (sqlite3 *db, const char *table, const char *sql, GError **error);

/* "id 7" of the first row of @condition, in @arena; NULL: there is no such row */
gboolean live_first_row (sqlite3 *db, const SqliteTable *table, const char *condition,
                         const char **row, Arena *arena, GError **error);
