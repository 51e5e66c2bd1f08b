/* SPDX-License-Identifier: Apache-2.0
 *
 * Expression: a bound transform as SQL that PostgreSQL evaluates by itself.
 *
 * It is for triggers too, which run in the applications' own sessions: nothing in it
 * depends on DateStyle, TimeZone, extra_float_digits, bytea_output, a locale or
 * standard_conforming_strings, and it needs no extension and no function of ours.  Its
 * names are those of pg_catalog, unqualified: a function that holds it wants
 * SET search_path = pg_catalog, and no variable called v, ok or zdm1.
 */
#pragma once

#include "engine/sql/step_sql.h"

/**
 * postgres_expression:
 * @table: (nullable): whose row an expression of the user reads, see pg_row_sql()
 * @inputs: the SQL of each column that @transform was bound to, each an operand without
 *   side effects: NEW."name"
 * @arena: owns the result
 *
 * Equals bound_transform_apply() on what the columns hold, and has the type of the
 * output; its words collate as "C".  What the native type of an input holds beyond its
 * values is not valid: infinity and NaN, years outside 0001 to 9999, 24:00.  A mere copy
 * looks at nothing.  That an input is not longer than its type says is not looked at
 * either, nor how deep a jsonb is.
 *
 * A number that has more digits than numeric holds (131072 and 16383 behind the point; in
 * JSON 15000 in all) does not convert.
 *
 * Neither of both ever is an error, even where the planner computes parts of it from the
 * values of a trigger's row before it evaluates any of it.
 *
 * An expression of the user is cast to its type and otherwise taken as it is, always
 * valid.
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED where SQL could not do exactly the same
 */
gboolean postgres_expression (const BoundTransform *transform, const Table *table,
                              const char *const *inputs, Arena *arena,
                              SqlExpression *result, GError **error);
