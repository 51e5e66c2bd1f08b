/* SPDX-License-Identifier: Apache-2.0
 *
 * SqliteToken: text → tokens, after tokenize.c and the grammar's fallbacks of SQLite.
 */
#include "config.h"

#include "engine/sqlite/token.h"

#include <string.h>

/* Words that are never a name (tested against the library's own list). */
static const char *const RESERVED[] = {
  "ADD",     "ALL",        "ALTER",  "AND",         "AS",        "AUTOINCREMENT",
  "BETWEEN", "CASE",       "CHECK",  "COLLATE",     "COMMIT",    "CONSTRAINT",
  "CREATE",  "DEFAULT",    "DELETE", "DEFERRABLE",  "DISTINCT",  "DROP",
  "ELSE",    "ESCAPE",     "EXCEPT", "EXISTS",      "FOREIGN",   "FROM",
  "GROUP",   "HAVING",     "IN",     "INDEX",       "INSERT",    "INTERSECT",
  "INTO",    "IS",         "ISNULL", "JOIN",        "LIMIT",     "NOT",
  "NOTHING", "NOTNULL",    "NULL",   "ON",          "OR",        "ORDER",
  "PRIMARY", "REFERENCES", "SELECT", "SET",         "RETURNING", "TABLE",
  "THEN",    "TO",         "UNION",  "UNIQUE",      "UPDATE",    "USING",
  "VALUES",  "WHEN",       "WHERE",  "TRANSACTION",
};

/* Words that can be names, but not words of a type. */
static const char *const NO_TYPE_WORDS[] = {
  "CROSS", "FULL", "INDEXED", "INNER", "LEFT", "NATURAL", "OUTER", "RIGHT",
};

gboolean
sqlite_is_space (char c)
{
  return c == ' ' || (c >= '\t' && c <= '\r');
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

static gsize
skip_line_comment (const char *text, gsize at)
{
  return at + strcspn (text + at, "\n");
}

/* One that is not closed ends with the text. */
static gsize
skip_block_comment (const char *text, gsize at)
{
  const char *end = strstr (text + at + 2, "*/");

  return end != NULL ? (gsize) (end - text) + 2 : at + strlen (text + at);
}

/* To behind the closing quote; a doubled one stands for itself.  Returns: FALSE when
 * there is none */
static gboolean
skip_quoted (const char *text, gsize *at)
{
  char quote = text[*at];

  for (gsize i = *at + 1; text[i] != '\0'; i++)
    if (text[i] == quote && text[i + 1] == quote)
      i++;
    else if (text[i] == quote)
      {
        *at = i + 1;
        return TRUE;
      }
  *at += strlen (text + *at);
  return FALSE;
}

/* A bracket cannot stand in a name in brackets. */
static gboolean
skip_brackets (const char *text, gsize *at)
{
  const char *end = strchr (text + *at, ']');

  *at = end != NULL ? (gsize) (end - text) + 1 : *at + strlen (text + *at);
  return end != NULL;
}

static gsize
skip_digits (const char *text, gsize at)
{
  while (g_ascii_isdigit (text[at]))
    at++;
  return at;
}

static gboolean
starts_exponent (const char *text)
{
  return (text[0] == 'e' || text[0] == 'E')
         && (g_ascii_isdigit (text[1])
             || ((text[1] == '+' || text[1] == '-') && g_ascii_isdigit (text[2])));
}

/* Returns: FALSE for a number with a letter at its end */
static gboolean
skip_number (const char *text, gsize *at)
{
  if (text[*at] == '0' && (text[*at + 1] == 'x' || text[*at + 1] == 'X')
      && g_ascii_isxdigit (text[*at + 2]))
    for (*at += 2; g_ascii_isxdigit (text[*at]);)
      ++*at;
  else
    {
      *at = skip_digits (text, *at);
      if (text[*at] == '.')
        *at = skip_digits (text, *at + 1);
      if (starts_exponent (text + *at))
        *at = skip_digits (text, *at + 2);
    }
  if (!is_name_character (text[*at]))
    return TRUE;
  while (is_name_character (text[*at]))
    ++*at;
  return FALSE;
}

static SqliteTokenKind
take_word (const char *text, gsize *at)
{
  if ((text[*at] == 'x' || text[*at] == 'X') && text[*at + 1] == '\'')
    {
      ++*at;
      return skip_quoted (text, at) ? SQLITE_TOKEN_BLOB : SQLITE_TOKEN_ILLEGAL;
    }
  while (is_name_character (text[*at]))
    ++*at;
  return SQLITE_TOKEN_WORD;
}

static SqliteTokenKind
take_quoted (const char *text, gsize *at)
{
  char quote = text[*at];

  if (!(quote == '[' ? skip_brackets (text, at) : skip_quoted (text, at)))
    return SQLITE_TOKEN_ILLEGAL;
  return quote == '\'' ? SQLITE_TOKEN_STRING : SQLITE_TOKEN_QUOTED;
}

static SqliteTokenKind
take (const char *text, gsize *at)
{
  const char *here = text + *at;

  if (here[0] == '-' && here[1] == '-')
    return *at = skip_line_comment (text, *at), SQLITE_TOKEN_COMMENT;
  if (here[0] == '/' && here[1] == '*' && here[2] != '\0')
    return *at = skip_block_comment (text, *at), SQLITE_TOKEN_COMMENT;
  if (is_name_start (here[0]))
    return take_word (text, at);
  if (g_ascii_isdigit (here[0]) || (here[0] == '.' && g_ascii_isdigit (here[1])))
    return skip_number (text, at) ? SQLITE_TOKEN_NUMBER : SQLITE_TOKEN_ILLEGAL;
  if (strchr ("'\"`[", here[0]) != NULL)
    return take_quoted (text, at);
  ++*at;
  return strchr ("-()*+/%=<>!|&~,.;", here[0]) != NULL ? SQLITE_TOKEN_SIGN
                                                       : SQLITE_TOKEN_ILLEGAL;
}

gboolean
sqlite_token_next (const char *text, gsize *at, SqliteToken *token)
{
  while (sqlite_is_space (text[*at]))
    ++*at;
  token->span.start = *at;
  token->kind = text[*at] != '\0' ? take (text, at) : SQLITE_TOKEN_END;
  token->span.end = *at;
  return token->kind != SQLITE_TOKEN_END;
}

gboolean
sqlite_token_is (const char *text, const SqliteToken *token, const char *word)
{
  gsize length = token->span.end - token->span.start;

  return token->kind == SQLITE_TOKEN_WORD && strlen (word) == length
         && g_ascii_strncasecmp (text + token->span.start, word, length) == 0;
}

gboolean
sqlite_token_is_sign (const char *text, const SqliteToken *token, char sign)
{
  return token->kind == SQLITE_TOKEN_SIGN && text[token->span.start] == sign;
}

static gboolean
is_one_of (const char *text, const SqliteToken *token, const char *const *words, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (sqlite_token_is (text, token, words[i]))
      return TRUE;
  return FALSE;
}

gboolean
sqlite_token_is_name (const char *text, const SqliteToken *token)
{
  if (token->kind == SQLITE_TOKEN_WORD)
    return !is_one_of (text, token, RESERVED, G_N_ELEMENTS (RESERVED));
  return token->kind == SQLITE_TOKEN_QUOTED || token->kind == SQLITE_TOKEN_STRING;
}

gboolean
sqlite_token_is_type_word (const char *text, const SqliteToken *token)
{
  return sqlite_token_is_name (text, token)
         && !is_one_of (text, token, NO_TYPE_WORDS, G_N_ELEMENTS (NO_TYPE_WORDS));
}

char *
sqlite_token_name (const char *text, const SqliteToken *token, Arena *arena)
{
  gsize length = token->span.end - token->span.start;
  char *name = arena_strndup (arena, text + token->span.start, length);
  char quote = name[0] == '[' ? '\0' : name[0];
  char *out = name;

  if (token->kind == SQLITE_TOKEN_WORD)
    return name;
  for (gsize i = 1; i + 1 < length; i++)
    {
      *out++ = name[i];
      if (name[i] == quote)
        i++;
    }
  *out = '\0';
  return name;
}

gboolean
sqlite_is_plain_name (const char *name)
{
  SqliteToken token;
  gsize at = 0;

  return sqlite_token_next (name, &at, &token) && token.kind == SQLITE_TOKEN_WORD
         && token.span.start == 0 && name[at] == '\0'
         && sqlite_token_is_name (name, &token);
}

gboolean
sqlite_text_mentions (const char *text, const char *name, Arena *arena)
{
  SqliteToken token;

  for (gsize at = 0; sqlite_token_next (text, &at, &token);)
    if ((token.kind == SQLITE_TOKEN_WORD || token.kind == SQLITE_TOKEN_QUOTED)
        && g_ascii_strcasecmp (sqlite_token_name (text, &token, arena), name) == 0)
      return TRUE;
  return FALSE;
}

/* CREATE TRIGGER name … UPDATE OF a, b ON table … */
gboolean
sqlite_trigger_is_of (const char *sql, const char *column, Arena *arena)
{
  gboolean updates = FALSE, of = FALSE;
  SqliteToken token;

  for (gsize at = 0; sqlite_token_next (sql, &at, &token);)
    if (sqlite_token_is (sql, &token, "ON") || sqlite_token_is (sql, &token, "BEGIN"))
      return FALSE;
    else if (of && sqlite_token_is_name (sql, &token)
             && g_ascii_strcasecmp (sqlite_token_name (sql, &token, arena), column) == 0)
      return TRUE;
    else
      {
        of = of || (updates && sqlite_token_is (sql, &token, "OF"));
        updates = sqlite_token_is (sql, &token, "UPDATE");
      }
  return FALSE;
}
