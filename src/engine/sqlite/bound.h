/* SPDX-License-Identifier: Apache-2.0
 *
 * What is bound to a column whose cells become others: checks, and keys to other tables.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/catalog.h"

/* What the file does not declare and would mean something else with other values: a check
 * where text is compared as numbers or numbers as text, a partial index or one over an
 * expression; and a generated column.  ZDM_ERROR_CONSTRAINT names it.
 * @before: the table as declared; @column: of it; @to: the new type */
gboolean sqlite_bound_check_type (const SqliteTable *live, const Table *before,
                                  const Column *column, const TypeSpec *to, Arena *arena,
                                  GError **error);

/* Every row keeps to the checks and keys of @live that name @column.
 * ZDM_ERROR_CONSTRAINT names one that does not. */
gboolean sqlite_bound_check_rows (sqlite3 *db, const SqliteTable *live,
                                  const char *column, Arena *arena, GError **error);

/* No foreign key of another table refers to one of these columns.  ZDM_ERROR_CONSTRAINT
 * names it.  Declared ones have been dropped.
 * @names: NULL-ended
 * @primary: (nullable): the one to which a key that names none refers */
gboolean sqlite_bound_check_references (sqlite3 *db, const char *table,
                                        const char *const *names, const char *primary,
                                        Arena *arena, GError **error);
