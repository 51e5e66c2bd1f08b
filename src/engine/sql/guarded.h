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

/* One expression that is SQL of the user's; see SqlGuard. */
typedef gboolean (*SqlGuardOne) (gpointer data, const char *column,
                                 const SqlExpression *in_trigger, SqlGuarded *guarded,
                                 GError **error);

/**
 * sql_guard_sync:
 * @sql: of the sync, in which what @guard gives takes the place of the user's SQL
 *
 * Returns: FALSE when @guard did
 */
gboolean sql_guard_sync (const SqlWords *words, const Table *table, const Sync *sync,
                         StepSql *sql, SqlGuardOne guard, gpointer data, Arena *arena,
                         GError **error);
