/* SPDX-License-Identifier: Apache-2.0
 *
 * Own SQL: what SQL of the user's does where it must not fail, in a trigger.
 *
 * It is worked out into variables, under a savepoint of PL/pgSQL: what it fails for is
 * not valid, like a value that does not convert.
 */
#pragma once

#include "engine/sql/step_sql.h"

/* Statements of PL/pgSQL: @statements, and @otherwise where these fail for anything but
 * what a transaction is repeated for. */
const char *pg_own_sql_attempt (const char *statements, const char *otherwise,
                                Arena *arena);

/**
 * pg_own_sql_settle:
 * @name: of the variables, with a number behind it
 * @columns: of @table, which the expressions are for
 * @expressions: (inout): in which the variables take the place of the user's SQL
 * @declare: gets the variables
 *
 * Returns: the statements that give them their values; NULL: nothing is the user's
 */
const char *pg_own_sql_settle (const char *name, const Table *table,
                               const char *const *columns,
                               const BoundTransform *const *transforms,
                               const SqlExpression **expressions, GString *declare,
                               Arena *arena);

/**
 * pg_own_sql_watch:
 * @unless: a condition under which nobody asks
 * @transforms: of the new columns
 *
 * Returns: the statement by which @variable says whether an update has changed something
 *   that SQL of the user's reads, whatever it is bound to; NULL: it reads nothing
 */
const char *pg_own_sql_watch (const char *variable, const char *unless,
                              const Table *table, const BoundTransform *const *transforms,
                              guint n, Arena *arena);
