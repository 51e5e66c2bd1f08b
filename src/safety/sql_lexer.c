/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlLexer: text → tokens.  Each function eats from the lexer's place and never passes
 * its end; what is not closed ends with the text.
 */
#include "config.h"

#include "safety/sql_lexer.h"

#include <string.h>

void
sql_lexer_init (SqlLexer *lexer, const char *text, gsize start, gsize length,
                TargetEngine engine)
{
  *lexer = (SqlLexer){
    .text = text, .length = length, .at = start, .engine = engine, .delimiter = ""
  };
}

static gboolean
is_mysql (const SqlLexer *lexer)
{
  return (lexer->engine & (TARGET_MARIADB | TARGET_MYSQL)) != 0;
}

static gboolean
is_postgres (const SqlLexer *lexer)
{
  return lexer->engine == TARGET_POSTGRES;
}

/* The character @ahead of the place; NUL past the end. */
static char
peek (const SqlLexer *lexer, gsize ahead)
{
  return lexer->at + ahead < lexer->length ? lexer->text[lexer->at + ahead] : '\0';
}

gboolean
sql_lexer_is_at (const SqlLexer *lexer, const char *text)
{
  gsize length = strlen (text);

  return length > 0 && lexer->at + length <= lexer->length
         && memcmp (lexer->text + lexer->at, text, length) == 0;
}

static gboolean
is_name_start (char c)
{
  return g_ascii_isalpha (c) || c == '_' || (c & 0x80) != 0;
}

static gboolean
is_name_character (char c)
{
  return is_name_start (c) || g_ascii_isdigit (c) || c == '$';
}

/* Comments -------------------------------------------------------------------- */

static gboolean
starts_line_comment (const SqlLexer *lexer)
{
  if (peek (lexer, 0) == '#')
    return is_mysql (lexer);
  if (peek (lexer, 0) != '-' || peek (lexer, 1) != '-')
    return FALSE;
  return !is_mysql (lexer) || lexer->at + 2 >= lexer->length
         || g_ascii_isspace (peek (lexer, 2)) || g_ascii_iscntrl (peek (lexer, 2));
}

static gboolean
starts_block_comment (const SqlLexer *lexer)
{
  return peek (lexer, 0) == '/' && peek (lexer, 1) == '*';
}

/* To PostgreSQL alone a CR is the end of a line. */
static void
skip_line (SqlLexer *lexer)
{
  while (lexer->at < lexer->length && peek (lexer, 0) != '\n'
         && !(is_postgres (lexer) && peek (lexer, 0) == '\r'))
    lexer->at++;
}

/* PostgreSQL's comments nest; those of SQLite may end with the text. */
static SqlTokenKind
take_block_comment (SqlLexer *lexer)
{
  gsize depth = 1;

  for (lexer->at += 2; lexer->at < lexer->length && depth > 0;)
    {
      gboolean opens = is_postgres (lexer) && starts_block_comment (lexer);
      gboolean closes = peek (lexer, 0) == '*' && peek (lexer, 1) == '/';
      depth = depth + (opens ? 1 : 0) - (closes ? 1 : 0);
      lexer->comment_depth = MAX (lexer->comment_depth, depth);
      lexer->at += opens || closes ? 2 : 1;
    }
  return depth == 0 || lexer->engine == TARGET_SQLITE ? SQL_TOKEN_COMMENT
                                                      : SQL_TOKEN_UNCLOSED;
}

/* MySQL runs what stands in a comment that begins with '!' and perhaps a version. */
static gboolean
skip_versioned_mark (SqlLexer *lexer)
{
  gsize mark = peek (lexer, 2) == 'M' && lexer->engine != TARGET_MYSQL ? 3 : 2;

  if (!is_mysql (lexer))
    return FALSE;
  if (lexer->in_versioned && peek (lexer, 0) == '*' && peek (lexer, 1) == '/')
    {
      lexer->in_versioned = FALSE;
      lexer->at += 2;
      return TRUE;
    }
  if (!starts_block_comment (lexer) || peek (lexer, mark) != '!')
    return FALSE;
  lexer->in_versioned = TRUE;
  for (lexer->at += mark + 1; g_ascii_isdigit (peek (lexer, 0));)
    lexer->at++;
  return TRUE;
}

static void
skip_space (SqlLexer *lexer)
{
  while (lexer->at < lexer->length
         && (g_ascii_isspace (peek (lexer, 0)) || peek (lexer, 0) == '\v'
             || skip_versioned_mark (lexer)))
    if (g_ascii_isspace (peek (lexer, 0)) || peek (lexer, 0) == '\v')
      lexer->at++;
}

/* Strings and names ----------------------------------------------------------- */

/* To behind the closing quote; a doubled one stands for itself. */
static void
skip_quoted (SqlLexer *lexer, char quote, gboolean backslash)
{
  while (lexer->at < lexer->length)
    {
      char c = lexer->text[lexer->at++];
      if (c == '\\' && backslash && lexer->at < lexer->length)
        lexer->at++;
      else if (c == quote && peek (lexer, 0) == quote)
        lexer->at++;
      else if (c == quote)
        return;
    }
}

/* "$tag$"; 0 when none begins here. */
static gsize
dollar_tag_length (const SqlLexer *lexer)
{
  gsize n = 1;

  if (!is_postgres (lexer) || peek (lexer, 0) != '$' || g_ascii_isdigit (peek (lexer, 1)))
    return 0;
  while (is_name_character (peek (lexer, n)) && peek (lexer, n) != '$')
    n++;
  return peek (lexer, n) == '$' ? n + 1 : 0;
}

static void
skip_dollar_string (SqlLexer *lexer, gsize tag_length)
{
  const char *tag = lexer->text + lexer->at;
  const char *start = tag + tag_length;
  gsize left = lexer->length - lexer->at - tag_length;
  const char *end = memmem (start, left, tag, tag_length);

  lexer->at = end != NULL ? (gsize) (end - lexer->text) + tag_length : lexer->length;
}

static void
skip_number (SqlLexer *lexer)
{
  while (is_name_character (peek (lexer, 0)) || peek (lexer, 0) == '.'
         || ((peek (lexer, 0) == '+' || peek (lexer, 0) == '-')
             && g_ascii_tolower (lexer->text[lexer->at - 1]) == 'e'
             && g_ascii_isdigit (peek (lexer, 1))))
    lexer->at++;
}

/* A string may have a letter before it: E'', B'', N''; only E changes how it ends. */
static gboolean
take_prefixed_string (SqlLexer *lexer)
{
  char letter = g_ascii_toupper (peek (lexer, 0));

  if (peek (lexer, 1) != '\'' || strchr ("EBXN", letter) == NULL)
    return FALSE;
  lexer->at += 2;
  skip_quoted (lexer, '\'', is_mysql (lexer) || (letter == 'E' && is_postgres (lexer)));
  return TRUE;
}

static SqlTokenKind
take_word (SqlLexer *lexer)
{
  if (take_prefixed_string (lexer))
    return SQL_TOKEN_STRING;
  do
    lexer->at++;
  while (is_name_character (peek (lexer, 0))
         && !sql_lexer_is_at (lexer, lexer->delimiter));
  return SQL_TOKEN_WORD;
}

static SqlTokenKind
take_quoted (SqlLexer *lexer, char quote)
{
  gboolean is_string = quote == '\'' || (quote == '"' && is_mysql (lexer));

  lexer->at++;
  skip_quoted (lexer, quote, is_string && is_mysql (lexer));
  return quote == '\'' ? SQL_TOKEN_STRING : SQL_TOKEN_QUOTED;
}

static SqlTokenKind
take (SqlLexer *lexer)
{
  char c = peek (lexer, 0);
  gsize tag_length = dollar_tag_length (lexer);

  if (starts_line_comment (lexer))
    return skip_line (lexer), SQL_TOKEN_COMMENT;
  if (starts_block_comment (lexer))
    return take_block_comment (lexer);
  if (tag_length > 0)
    return skip_dollar_string (lexer, tag_length), SQL_TOKEN_STRING;
  if (is_name_start (c))
    return take_word (lexer);
  if (g_ascii_isdigit (c))
    return lexer->at++, skip_number (lexer), SQL_TOKEN_NUMBER;
  if (c == '\'' || c == '"' || (c == '`' && !is_postgres (lexer)))
    return take_quoted (lexer, c);
  if (c == '[' && lexer->engine == TARGET_SQLITE)
    return take_quoted (lexer, ']');
  lexer->at++;
  return SQL_TOKEN_SIGN;
}

gboolean
sql_lexer_next (SqlLexer *lexer, SqlToken *token)
{
  skip_space (lexer);
  token->start = token->end = lexer->at;
  token->kind = SQL_TOKEN_END;
  if (lexer->at >= lexer->length)
    return FALSE;
  token->kind = take (lexer);
  lexer->at = MIN (lexer->at, lexer->length);
  token->end = lexer->at;
  return TRUE;
}

gboolean
sql_lexer_next_code (SqlLexer *lexer, SqlToken *token)
{
  while (sql_lexer_next (lexer, token))
    if (token->kind != SQL_TOKEN_COMMENT)
      return TRUE;
  return FALSE;
}

gboolean
sql_token_is (const SqlLexer *lexer, const SqlToken *token, const char *word)
{
  gsize length = token->end - token->start;

  return token->kind == SQL_TOKEN_WORD && strlen (word) == length
         && g_ascii_strncasecmp (lexer->text + token->start, word, length) == 0;
}

gboolean
sql_token_is_sign (const SqlLexer *lexer, const SqlToken *token, char sign)
{
  return token->kind == SQL_TOKEN_SIGN && lexer->text[token->start] == sign;
}
