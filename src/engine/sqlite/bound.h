/* SPDX-License-Identifier: Apache-2.0
 *
 * What is bound to a column whose cells become others: checks, and keys to other tables.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/catalog.h"

/* A check that the file does not declare, on a column whose values would be compared in
 * another way: text as numbers, or numbers as text.  ZDM_ERROR_UNSUPPORTED names it.
 * @before: the table as declared; @column: of it; @to: the new type */
gboolean sqlite_bound_check_type (const SqliteTable *live, const Table *before,
                                  const Column *column, const TypeSpec *to, Arena *arena,
                                  GError **error);

/* Every row keeps to the checks and keys of @live that name @column.
 * ZDM_ERROR_CONSTRAINT names one that does not. */
gboolean sqlite_bound_check_rows (sqlite3 *db, const SqliteTable *live,
                                  const char *column, Arena *arena, GError **error);
