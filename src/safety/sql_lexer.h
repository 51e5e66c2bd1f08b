/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlLexer: the words of SQL, in any of the dialects.
 *
 * It knows what the end of a comment, a string and a name is, and nothing of grammar.
 */
#pragma once

#include "safety/target.h"

typedef enum
{
  SQL_TOKEN_END,
  SQL_TOKEN_WORD,   /* a key word or a plain name */
  SQL_TOKEN_QUOTED, /* a name in "", `` or [] */
  SQL_TOKEN_STRING,
  SQL_TOKEN_NUMBER,
  SQL_TOKEN_SIGN, /* one character */
  SQL_TOKEN_COMMENT,
  SQL_TOKEN_UNCLOSED, /* a comment without an end, where that is an error */
} SqlTokenKind;

typedef struct
{
  SqlTokenKind kind;
  gsize start, end; /* bytes of the text */
} SqlToken;

typedef struct
{
  const char *text;
  gsize length;
  gsize at;
  TargetEngine engine;
  gboolean in_versioned; /* inside the MySQL comment that is code, with '!' */
  gsize comment_depth;   /* of the deepest comment so far; 1: none in another one */
  const char *delimiter; /* ends a word, as in END$$; "": none */
} SqlLexer;

void sql_lexer_init (SqlLexer *lexer, const char *text, gsize start, gsize length,
                     TargetEngine engine);

/* Returns: FALSE at the end; comments are tokens. */
gboolean sql_lexer_next (SqlLexer *lexer, SqlToken *token);

/* As sql_lexer_next(), without comments. */
gboolean sql_lexer_next_code (SqlLexer *lexer, SqlToken *token);

/* Whether @text stands at the lexer's place; never for "". */
gboolean sql_lexer_is_at (const SqlLexer *lexer, const char *text);

/* Whether a token is the key word @word, in any case. */
gboolean sql_token_is (const SqlLexer *lexer, const SqlToken *token, const char *word);
gboolean sql_token_is_sign (const SqlLexer *lexer, const SqlToken *token, char sign);
