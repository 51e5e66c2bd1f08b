/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells: SQLite's values as the model's, and back.
 *
 * Applications write what SQLite lets them, so a cell is read by its column's type and
 * brought into the canonical form of that type.
 */
#pragma once

#include <sqlite3.h>

#include "model/column.h"

/**
 * cell_read:
 * @column: of the statement's current row
 * @arena: gets what has to be made; text may be borrowed from the row
 *
 * Returns: FALSE with ZDM_ERROR_CONVERSION when it is no value of @type
 */
gboolean cell_read (sqlite3_stmt *statement, int column, const TypeSpec *type,
                    Arena *arena, Value *value, GError **error);

/* The same for an argument of a function. */
gboolean cell_of_argument (sqlite3_value *argument, const TypeSpec *type, Arena *arena,
                           Value *value, GError **error);

/* The result of a function. */
void cell_return (sqlite3_context *context, const TypeSpec *type, const Value *value);

/* A parameter. */
int cell_bind (sqlite3_stmt *statement, int parameter, const TypeSpec *type,
               const Value *value);
