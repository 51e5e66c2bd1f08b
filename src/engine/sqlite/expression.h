/* SPDX-License-Identifier: Apache-2.0
 *
 * Expression: a bound transform as SQL that SQLite evaluates by itself.
 *
 * It is for triggers too, which run on the applications' own connections: only functions
 * that every SQLite has, none that people are known to redefine for letters beyond A–Z
 * where that would make a difference, no bind parameters.
 */
#pragma once

#include "model/table.h"

/* Both are operands: they need no parentheses around them. */
typedef struct
{
  const char *value; /* where `valid` holds, what the transform gives; never an error */
  const char *valid; /* 0 or 1, never NULL; or a NULL pointer: every value converts */
} SqliteExpression;

/**
 * sqlite_expression:
 * @table: (nullable): whose row it reads; NULL: SQL of the user's names no table
 * @inputs: the SQL of each column that @transform was bound to, each an operand without
 *   side effects: NEW."name"
 * @arena: owns the result
 *
 * Equals bound_transform_apply() on what type_parse() makes of the stored inputs: a text
 * type wants a text without NUL, the whole numbers an integer, DECIMAL, UUID and the
 * dates and times a text that is one of their values, canonical or not; anything else,
 * such as a text in an INTEGER column, is not valid.  A mere copy looks at nothing.  That
 * text is valid UTF-8, and not longer than the column it is read from says, is not looked
 * at either.
 *
 * An expression of the user is taken as it is and always valid.
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED where SQL could not do exactly the same
 */
gboolean sqlite_expression (const BoundTransform *transform, const Table *table,
                            const char *const *inputs, Arena *arena,
                            SqliteExpression *result, GError **error);
