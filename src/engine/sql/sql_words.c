/* SPDX-License-Identifier: Apache-2.0
 *
 * The words of SQL, whatever they mean.
 */
#include "config.h"

#include "engine/sql/sql_words.h"

#include <string.h>

#include "safety/sql_lexer.h"

/* A name with its own quote in it is left as it is written: nobody looks for that. */
static char *
read_word (const char *text, const SqlToken *token)
{
  gsize quote = token->kind == SQL_TOKEN_QUOTED ? 1 : 0;

  return g_ascii_strdown (text + token->start + quote,
                          (gssize) (token->end - token->start - 2 * quote));
}

void
sql_words_add (GHashTable *words, const char *text, const char *engine)
{
  SqlLexer lexer;
  SqlToken token;

  sql_lexer_init (&lexer, text, 0, strlen (text),
                  (TargetEngine) target_engine_from_name (engine));
  while (sql_lexer_next_code (&lexer, &token))
    if (token.kind == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_QUOTED)
      g_hash_table_add (words, read_word (text, &token));
}
