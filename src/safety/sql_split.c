/* SPDX-License-Identifier: Apache-2.0
 *
 * Splits at semicolons, but not inside brackets and the bodies of routines; mysql's
 * DELIMITER counts.
 */
#include "config.h"

#include "safety/sql_split.h"

#include <string.h>

#define MAX_BRACKETS 500u
#define MAX_DELIMITER 15

/* PostgreSQL's lexer reads the rest of a comment again at each comment within it. */
#define MAX_COMMENT_DEPTH 100u

typedef struct
{
  SqlLexer lexer;
  GArray *statements;
  SqlStatement statement;     /* the one that is open */
  guint n_tokens;             /* of it */
  gboolean is_routine;        /* it defines one: BEGIN opens its body */
  gboolean is_rule;           /* it may hold statements in brackets */
  gboolean may_open;          /* BEGIN was the last token; what follows tells */
  gboolean after_end;         /* END was the last token */
  guint n_blocks;             /* open BEGIN, CASE */
  guint chains[MAX_BRACKETS]; /* tokens since the last comma, for each open bracket */
  guint n_brackets;
  guint chain;            /* the sum of @chains */
  guint n_set_operations; /* UNION …: a comma does not end their chain */
  char delimiter[MAX_DELIMITER + 1];
} Splitter;

static void
begin_statement (Splitter *splitter)
{
  splitter->statement = (SqlStatement){ 0 };
  splitter->n_tokens = splitter->n_blocks = splitter->n_brackets = 0;
  splitter->chain = splitter->chains[0] = splitter->n_set_operations = 0;
  splitter->is_routine = splitter->is_rule = splitter->may_open = splitter->after_end
      = FALSE;
}

static void
end_statement (Splitter *splitter, gsize stop)
{
  splitter->statement.stop = stop;
  if (splitter->lexer.comment_depth > MAX_COMMENT_DEPTH)
    splitter->statement.depth = SQL_MAX_DEPTH + 1;
  splitter->lexer.comment_depth = 0;
  if (splitter->n_tokens > 0)
    g_array_append_val (splitter->statements, splitter->statement);
  begin_statement (splitter);
}

/* Depth ----------------------------------------------------------------------- */

static void
raise_depth (Splitter *splitter, guint depth)
{
  splitter->statement.depth
      = MAX (splitter->statement.depth, MIN (depth, SQL_MAX_DEPTH + 1));
}

static void
open_bracket (Splitter *splitter)
{
  if (splitter->n_brackets + 1 >= MAX_BRACKETS)
    {
      raise_depth (splitter, SQL_MAX_DEPTH + 1);
      return;
    }
  splitter->chains[++splitter->n_brackets] = 0;
}

static void
end_chain (Splitter *splitter)
{
  splitter->chain -= splitter->chains[splitter->n_brackets];
  splitter->chains[splitter->n_brackets] = 0;
}

static void
close_bracket (Splitter *splitter)
{
  if (splitter->n_brackets == 0)
    return;
  end_chain (splitter);
  splitter->n_brackets--;
}

/* Every token may be one more level of an expression, up to the next comma. */
static void
measure (Splitter *splitter, const SqlToken *token)
{
  const SqlLexer *lexer = &splitter->lexer;

  if (sql_token_is_sign (lexer, token, ',') || sql_token_is_sign (lexer, token, ';'))
    end_chain (splitter);
  else if (sql_token_is_sign (lexer, token, ')') || sql_token_is_sign (lexer, token, ']'))
    close_bracket (splitter);
  splitter->chains[splitter->n_brackets]++;
  splitter->chain++;
  if (sql_token_is_sign (lexer, token, '(') || sql_token_is_sign (lexer, token, '['))
    open_bracket (splitter);
  if (sql_token_is (lexer, token, "union") || sql_token_is (lexer, token, "except")
      || sql_token_is (lexer, token, "intersect"))
    splitter->n_set_operations++;
  raise_depth (splitter, splitter->chain + splitter->n_set_operations);
}

/* Bodies of routines ------------------------------------------------------------ */

static gboolean
token_is_any (const Splitter *splitter, const SqlToken *token, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (sql_token_is (&splitter->lexer, token, words[i]))
      return TRUE;
  return FALSE;
}

/* BEGIN begins a block where it stands in a routine, in PostgreSQL's as BEGIN ATOMIC,
 * and in MariaDB's BEGIN NOT ATOMIC; else a transaction. */
static gboolean
opens_block (const Splitter *splitter, const SqlToken *token)
{
  if (splitter->lexer.engine == TARGET_POSTGRES)
    return sql_token_is (&splitter->lexer, token, "atomic");
  return splitter->is_routine || sql_token_is (&splitter->lexer, token, "not");
}

static void
follow_blocks (Splitter *splitter, const SqlToken *token)
{
  static const char *const ROUTINES[]
      = { "trigger", "procedure", "function", "event", "package", NULL };
  static const char *const LOOPS[] = { "if", "loop", "while", "repeat", "for", NULL };
  const SqlLexer *lexer = &splitter->lexer;
  gboolean after_end = splitter->after_end;

  if (splitter->may_open && opens_block (splitter, token))
    splitter->n_blocks++;
  if (after_end && token_is_any (splitter, token, LOOPS))
    splitter->n_blocks++; /* END IF: the END closed nothing that was counted */
  splitter->after_end = splitter->n_blocks > 0 && sql_token_is (lexer, token, "end");
  splitter->may_open = sql_token_is (lexer, token, "begin");
  if (splitter->after_end)
    splitter->n_blocks--;
  else if (splitter->n_blocks > 0 && !after_end && sql_token_is (lexer, token, "case"))
    splitter->n_blocks++;
  if (splitter->n_tokens < 16 && token_is_any (splitter, token, ROUTINES))
    splitter->is_routine = TRUE;
  if (splitter->n_tokens < 4 && sql_token_is (lexer, token, "rule"))
    splitter->is_rule = TRUE;
}

/* Lines of a client ------------------------------------------------------------- */

static gsize
line_end (const SqlLexer *lexer)
{
  const char *end = memchr (lexer->text + lexer->at, '\n', lexer->length - lexer->at);

  return end != NULL ? (gsize) (end - lexer->text) : lexer->length;
}

/* "DELIMITER $$" of the mysql client. */
static gboolean
take_delimiter (Splitter *splitter, const SqlToken *token)
{
  SqlLexer *lexer = &splitter->lexer;

  if (splitter->n_tokens > 0 || !sql_token_is (lexer, token, "delimiter")
      || (lexer->engine & (TARGET_MARIADB | TARGET_MYSQL)) == 0)
    return FALSE;
  gsize end = line_end (lexer);
  g_autofree char *word = g_strndup (lexer->text + lexer->at, end - lexer->at);
  g_strstrip (word);
  word[strcspn (word, " \t")] = '\0';
  g_strlcpy (splitter->delimiter, *word != '\0' ? word : ";", sizeof splitter->delimiter);
  lexer->delimiter = g_str_equal (splitter->delimiter, ";") ? "" : splitter->delimiter;
  lexer->at = end;
  return TRUE;
}

static gboolean
take_client_line (Splitter *splitter, const SqlToken *token)
{
  SqlLexer *lexer = &splitter->lexer;

  if (splitter->n_tokens > 0 || lexer->engine != TARGET_POSTGRES
      || !sql_token_is_sign (lexer, token, '\\'))
    return FALSE;
  lexer->at = line_end (lexer);
  splitter->statement.kind = SQL_STATEMENT_OF_CLIENT;
  splitter->statement.start = token->start;
  splitter->statement.end = lexer->at;
  splitter->n_tokens = 1;
  end_statement (splitter, lexer->at);
  return TRUE;
}

/* Splitting --------------------------------------------------------------------- */

static gboolean
ends_statement (Splitter *splitter, const SqlToken *token)
{
  SqlLexer *lexer = &splitter->lexer;
  gsize length = strlen (splitter->delimiter);

  if (*lexer->delimiter == '\0')
    return sql_token_is_sign (lexer, token, ';') && splitter->n_blocks == 0
           && (splitter->n_brackets == 0 || !splitter->is_rule);
  if (token->start + length > lexer->length
      || memcmp (lexer->text + token->start, splitter->delimiter, length) != 0)
    return FALSE;
  lexer->at = token->start + length;
  return TRUE;
}

static void
take_token (Splitter *splitter, const SqlToken *token)
{
  follow_blocks (splitter, token);
  if (ends_statement (splitter, token))
    {
      end_statement (splitter, splitter->lexer.at);
      return;
    }
  if (splitter->n_tokens++ == 0)
    splitter->statement.start = token->start;
  splitter->statement.end = token->end;
  measure (splitter, token);
}

GArray *
sql_split (const char *text, gsize length, TargetEngine engine)
{
  g_autofree Splitter *splitter = g_new0 (Splitter, 1);
  SqlToken token;

  sql_lexer_init (&splitter->lexer, text, 0, length, engine);
  g_strlcpy (splitter->delimiter, ";", sizeof splitter->delimiter);
  splitter->statements = g_array_new (FALSE, FALSE, sizeof (SqlStatement));
  begin_statement (splitter);
  while (sql_lexer_next_code (&splitter->lexer, &token))
    if (!take_delimiter (splitter, &token) && !take_client_line (splitter, &token))
      take_token (splitter, &token);
  end_statement (splitter, length);
  return splitter->statements;
}
