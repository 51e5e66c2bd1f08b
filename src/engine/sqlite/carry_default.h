/* SPDX-License-Identifier: Apache-2.0
 *
 * The default of a column that the file does not declare, on the column that takes its
 * place.
 */
#pragma once

#include "engine/sqlite/catalog.h"
#include "engine/sqlite/definition.h"
#include "model/transform.h"

/**
 * sqlite_carry_default:
 * @live: the table as it is
 * @column: of it, whose default is carried
 * @transform: (nullable): what is made of that column's values on the other; NULL:
 * nothing
 * @table: the table as it is by the file
 * @to: the other's type, for a message
 * @text: (out) (nullable): as it stands behind DEFAULT, in @arena; NULL: there is none
 *
 * A row that leaves the column out becomes what it would have become while both were
 * there: a constant is sent through the transform, and what is computed for each row is
 * put into it.
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED, which says what to do: it does not convert,
 *   or is computed and the transform takes more than an expression without a query
 */
gboolean sqlite_carry_default (const SqliteTable *live, const char *column,
                               const BoundTransform *transform, const Table *table,
                               const TypeSpec *to, const char **text, Arena *arena,
                               GError **error);
