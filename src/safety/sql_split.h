/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlStatement: where each statement of a text begins and ends.
 */
#pragma once

#include "safety/sql_lexer.h"

typedef enum
{
  SQL_STATEMENT_PLAIN,
  SQL_STATEMENT_OF_CLIENT, /* psql's backslash: no SQL */
} SqlStatementKind;

typedef struct
{
  SqlStatementKind kind;
  gsize start; /* of its first token */
  gsize end;   /* behind its last token, before what ends it */
  gsize stop;  /* behind what ends it */
  guint
      depth; /* no less than how deep a parser's tree may get; SQL_MAX_DEPTH + 1: more */
} SqlStatement;

/* Of PostgreSQL's parser, which would use up the stack on far more. */
#define SQL_MAX_DEPTH 2000u

/* Returns: (transfer full): SqlStatement; empty statements are left out */
GArray *sql_split (const char *text, gsize length, TargetEngine engine);
