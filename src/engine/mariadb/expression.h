/* SPDX-License-Identifier: Apache-2.0
 *
 * Expression: a bound transform as SQL that MariaDB evaluates by itself.
 *
 * It is for triggers too, which run in the applications' own sessions: nothing in it
 * depends on a time zone, a collation, the connection's character set or
 * default_regex_flags, and of sql_mode it only needs EMPTY_STRING_IS_NULL and
 * TIME_ROUND_FRACTIONAL to be off, which a trigger keeps from the session that made it.
 * It needs no function of ours.
 */
#pragma once

#include "engine/sql/step_sql.h"

/**
 * mariadb_expression:
 * @inputs: the SQL of each column that @transform was bound to, each an operand without
 *   side effects: NEW.`name`
 * @arena: owns the result
 *
 * Equals bound_transform_apply() on what the columns hold; its words are utf8mb4 and
 * compare byte by byte.  What the native type of an input holds beyond its values is not
 * valid: dates with a zero in them, times over 24 hours, a BOOLEAN 2.  A mere copy looks
 * at nothing.
 *
 * A DECIMAL without sizes has 35 digits before the point and 30 behind it, and a UUID is
 * one that MariaDB stores: what is beyond them does not convert.
 *
 * Neither of both ever is an error in strict mode, nor a warning that would be one.
 *
 * An expression of the user is otherwise taken as it is, always valid.
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED where SQL could not do exactly the same: JSON
 *   is not brought into canonical form, DECIMAL goes to 65 digits
 */
gboolean mariadb_expression (const BoundTransform *transform, const char *const *inputs,
                             Arena *arena, SqlExpression *result, GError **error);
