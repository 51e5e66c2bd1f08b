/* SPDX-License-Identifier: Apache-2.0
 *
 * Named: the columns that SQL of the user's may mean.
 *
 * A trigger knows the row as NEW, column by column, and a file need not declare all that
 * a table has.  So what is made without a look at the database leaves a mark, a comment
 * with the names in question, where the server's catalogue has the last word.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/arena.h"

/* What may be the name of a column in it, each once and without its quotes, NULL-ended:
 * neither a text nor what is called as a function. */
const char *const *maria_named (const char *sql, Arena *arena);

gboolean maria_has_subquery (const char *sql);

/**
 * maria_named_by:
 * @sql: without a subquery, in which the name might be that of another table's column
 * @table: whose name may stand before that
 *
 * Returns: (nullable): the SQL with @operand in the place of the column @name; NULL where
 *   the language has that word too, for a type or a unit of time
 */
const char *maria_named_by (const char *sql, const char *table, const char *name,
                            const char *operand, Arena *arena);

/* "…, to be followed by those of @names that the table has besides"; "" for none. */
const char *maria_named_mark (const char *const *names, Arena *arena);

/* "… or that one of those of @names that the table has is not what it was", behind a
 * condition of a trigger. */
const char *maria_named_changed_mark (const char *const *names, Arena *arena);

/**
 * maria_named_settle:
 * @sql: with any number of such marks, each behind an item of a list, or a condition
 * @row: what stands before a column's name: "NEW."; or NULL: the columns are null
 *
 * The statement with the live columns in the place of the marks.
 */
gboolean maria_named_settle (SqlConnection *connection, const char *table,
                             const char *sql, const char *row, const char **settled,
                             Arena *arena, GError **error);
