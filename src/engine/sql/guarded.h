/* SPDX-License-Identifier: Apache-2.0
 *
 * Guarded: SQL of the user's, asked in a way in which it cannot fail.
 */
#pragma once

#include "engine/sql/sql_engine.h"
#include "engine/sql/step_sql.h"

typedef struct
{
  SqlExpression expression; /* not valid where it fails */
  const char *why;          /* a text: why it is not valid; null where it is */
} SqlGuarded;

/**
 * SqlGuard:
 * @column: of @table, which gets the value
 * @in_trigger: the expression, whose row is in NEW
 *
 * Returns: FALSE when the server was not reached
 */
typedef gboolean (*SqlGuard) (SqlConnection *connection, const Table *table,
                              const char *column, const SqlExpression *in_trigger,
                              SqlGuarded *guarded, Arena *arena, GError **error);
