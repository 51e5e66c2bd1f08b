/* SPDX-License-Identifier: Apache-2.0
 *
 * Heads of statements: what is read of the dialects that have no parser here.
 *
 * Each reader begins behind the words that name its statement and returns FALSE for what
 * it does not understand; the statement is then said not to be analysed.
 */
#pragma once

#include "safety/sql_cursor.h"

/* @statements: SqlStatement */
void sql_heads_collect (SqlCollector *collector, const GArray *statements);

/* sql_heads_column.c: "name type …", up to the comma. */
gboolean sql_heads_column (SqlCursor *cursor, SqlName table, EffectKind kind,
                           gboolean guarded);
/* A key, an index or a check, with or without its name. */
gboolean sql_heads_at_constraint (const SqlCursor *cursor);
gboolean sql_heads_constraint (SqlCursor *cursor, SqlName table);

/* The names in brackets into the effect's columns; FALSE without bracket. */
gboolean sql_heads_columns (SqlCursor *cursor, Effect *effect);

/* sql_heads_alter.c */
gboolean sql_heads_alter (SqlCursor *cursor);

/* sql_heads_create.c */
gboolean sql_heads_create (SqlCursor *cursor);

/* ALGORITHM = x, LOCK = x, for the effects from @first on.  Returns: whether it was one
 */
gboolean sql_heads_option (SqlCursor *cursor, guint first);
