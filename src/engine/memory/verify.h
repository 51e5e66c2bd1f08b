/* SPDX-License-Identifier: Apache-2.0
 *
 * Verify: whether the rows keep the constraints of their tables.
 */
#pragma once

#include "model/database.h"

/**
 * verify_database:
 * @database: the tables as they are now
 * @before: (nullable): the same database at a moment when every constraint held; what has
 *   not changed since is not looked at again
 *
 * Returns: FALSE with ZDM_ERROR_CONSTRAINT, naming the constraint and a row
 */
gboolean verify_database (const Database *database, const Database *before,
                          GError **error);

/* The same for one table of @database alone, all of it. */
gboolean verify_table (const Database *database, const Table *table, GError **error);

/* A note for each constraint that memory records and cannot check; in @arena. */
void verify_notes (const Database *database, Arena *arena, GPtrArray *notes);

/* "row 3 of 'users' (id 7)": in @arena. */
const char *row_to_string (const Table *table, gsize row, Arena *arena);
