/* SPDX-License-Identifier: Apache-2.0
 *
 * SqliteToken: the words of SQLite's SQL, exactly as SQLite cuts them.
 *
 * It knows what the end of a comment, a string and a name is, and which words can be
 * names, and nothing of grammar.
 */
#pragma once

#include "model/arena.h"

typedef enum
{
  SQLITE_TOKEN_END,
  SQLITE_TOKEN_WORD,   /* a key word or a plain name */
  SQLITE_TOKEN_QUOTED, /* in "", `` or [] */
  SQLITE_TOKEN_STRING, /* in '' */
  SQLITE_TOKEN_NUMBER,
  SQLITE_TOKEN_BLOB, /* x'00' */
  SQLITE_TOKEN_SIGN, /* one character */
  SQLITE_TOKEN_COMMENT,
  SQLITE_TOKEN_ILLEGAL, /* an open quote, a character that no SQL has */
} SqliteTokenKind;

/* Bytes of a text. */
typedef struct
{
  gsize start, end;
} SqliteSpan;

typedef struct
{
  SqliteTokenKind kind;
  SqliteSpan span;
} SqliteToken;

/* The white space that SQLite skips. */
gboolean sqlite_is_space (char c);

/**
 * sqlite_token_next:
 * @text: NUL-ended
 * @at: where to go on; is moved behind the token
 *
 * Returns: FALSE at the end; a comment is a token
 */
gboolean sqlite_token_next (const char *text, gsize *at, SqliteToken *token);

/* Whether a token is the key word @word, in any case. */
gboolean sqlite_token_is (const char *text, const SqliteToken *token, const char *word);
gboolean sqlite_token_is_sign (const char *text, const SqliteToken *token, char sign);

/* Whether the token can be the name of a table, a column or a constraint; and whether it
 * can be one of the words of a type. */
gboolean sqlite_token_is_name (const char *text, const SqliteToken *token);
gboolean sqlite_token_is_type_word (const char *text, const SqliteToken *token);

/* Whether a name in the text, which may be a column's, is @name. */
gboolean sqlite_text_mentions (const char *text, const char *name, Arena *arena);

/* Whether the trigger is one for UPDATE OF that column. */
gboolean sqlite_trigger_is_of (const char *sql, const char *column, Arena *arena);

/* Returns: the name that the token writes, without its quotes */
char *sqlite_token_name (const char *text, const SqliteToken *token, Arena *arena);

/* Whether @name can be written without quotes where only a name can stand. */
gboolean sqlite_is_plain_name (const char *name);
