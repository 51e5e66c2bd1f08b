/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlWords: the words of raw SQL, statement by statement.
 *
 * It knows quotes, comments and the bodies of triggers, and no grammar: enough to tell
 * how many statements a step has, what they begin with and which names they mention, with
 * or without a parser in the build.
 */
#pragma once

#include "model/arena.h"
#include "safety/effect.h"

typedef struct
{
  /* NULL-ended; unquoted words in lower case, quoted names as they are; literals and
   * punctuation are left out */
  const char *const *words;
  guint n_words;
} SqlStatement;

/* Returns: (transfer container): SqlStatement *, in @arena */
GPtrArray *sql_statements (const char *text, Arena *arena);

/* Whether the words, separated by spaces, stand one after the other in it. */
gboolean sql_statement_has (const SqlStatement *statement, const char *words);
gboolean sql_statement_starts (const SqlStatement *statement, const char *words);

/* The word behind @words, or NULL. */
const char *sql_statement_after (const SqlStatement *statement, const char *words);

/* "create trigger", also with OR REPLACE, TEMP, CONSTRAINT in between. */
gboolean sql_statement_creates_trigger (const SqlStatement *statement);

/* It changes rows: UPDATE, INSERT, DELETE, MERGE, REPLACE. */
gboolean sql_statement_changes_rows (const SqlStatement *statement);

/* It changes tables, columns, constraints, indexes. */
gboolean sql_statement_changes_shape (const SqlStatement *statement);
