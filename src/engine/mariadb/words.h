/* SPDX-License-Identifier: Apache-2.0
 *
 * How MariaDB says what the steps of rows are put together of.
 */
#pragma once

#include "engine/mariadb/expression.h"

extern const SqlWords mariadb_words;

/* "a <=> b" by exact value, whatever the collations; @differs: the opposite */
const char *mariadb_same (const TypeSpec *type, const char *a, const char *b,
                          gboolean differs, Arena *arena);

/* A query that works out the user's SQL, the first stage, over a row of nulls.
 * @but: columns that are not in it, NULL-ended */
const char *mariadb_question (const BoundTransform *transform, const Table *table,
                              const char *const *but, Arena *arena);

/* " OR NOT (NEW.x <=> OLD.x)", of the columns besides its inputs that the user's SQL
 * names. */
const char *mariadb_named_changed (const BoundTransform *transform, const Table *table,
                                   const char *const *inputs, Arena *arena);

/* The same of any SQL over a row of the table, or over @rows, as they stand in FROM. */
const char *mariadb_question_over (const char *text, const char *rows, Arena *arena);
const char *mariadb_question_of (const char *text, const Table *table, Arena *arena);
