/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlCursor: one statement's tokens, looked at one by one.
 */
#pragma once

#include "safety/sql_collector.h"

typedef struct
{
  SqlCollector *collector;
  SqlLexer lexer;
  SqlToken token; /* the one it is at; END behind the last */
} SqlCursor;

typedef struct
{
  const char *schema; /* or NULL */
  const char *name;   /* NULL: there is none */
} SqlName;

void sql_cursor_init (SqlCursor *cursor, SqlCollector *collector, gsize start, gsize end);
void sql_cursor_next (SqlCursor *cursor);

gboolean sql_cursor_at_end (const SqlCursor *cursor);
gboolean sql_cursor_at (const SqlCursor *cursor, const char *word);
gboolean sql_cursor_at_sign (const SqlCursor *cursor, char sign);

/* @words: separated by spaces; whether it is at one of them. */
gboolean sql_cursor_at_any (const SqlCursor *cursor, const char *words);

/* Whether it was at the word or sign, which it has then passed. */
gboolean sql_cursor_accept (SqlCursor *cursor, const char *word);
gboolean sql_cursor_accept_sign (SqlCursor *cursor, char sign);

/* Both words, one after the other; a first one without the second is passed too. */
gboolean sql_cursor_accept_two (SqlCursor *cursor, const char *first, const char *second);

/* Passes every word of the list, however often. */
void sql_cursor_skip_any (SqlCursor *cursor, const char *words);

/* IF EXISTS, IF NOT EXISTS.  Returns: whether it was there */
gboolean sql_cursor_accept_guard (SqlCursor *cursor);

/* Passes a name, in the arena, without its quotes; or NULL. */
const char *sql_cursor_name (SqlCursor *cursor);
SqlName sql_cursor_qualified (SqlCursor *cursor);

/* Passes one token, or all of a bracket. */
void sql_cursor_skip (SqlCursor *cursor);

/* Passes everything up to a comma or a closing bracket of this level. */
void sql_cursor_skip_item (SqlCursor *cursor);

/* Passes everything up to one of the words at this level.  Returns: whether it is there
 */
gboolean sql_cursor_find (SqlCursor *cursor, const char *words);

/* The token as it stands, in the arena. */
const char *sql_cursor_text (const SqlCursor *cursor);

/* An effect on the table. */
Effect *sql_cursor_add (SqlCursor *cursor, EffectKind kind, SqlName table);
