/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements are parsed many at a time, which is faster; when one of them cannot be
 * parsed, its batch is done again one by one, so that the others are still looked into.
 *
 * The parser's tree and what it takes to build it are up to a thousand times the text,
 * and reading it recurses: size and depth are bounded before it sees the text.
 */
#include "config.h"

#include "safety/sql_postgres.h"

#include <string.h>

#include "safety/sql_postgres_node.h"

#define MAX_STATEMENT_BYTES (1024u * 1024)
#define BATCH_BYTES (64u * 1024)

/* libpg_query's tree goes into an arena at one go and away with it. */
static void *
tree_alloc (void *arena, size_t size)
{
  return arena_alloc (arena, size);
}

static void
tree_free (G_GNUC_UNUSED void *arena, G_GNUC_UNUSED void *block)
{
}

static PgQuery__ParseResult *
unpack (Arena *arena, const PgQueryProtobuf *bytes)
{
  ProtobufCAllocator allocator
      = { .alloc = tree_alloc, .free = tree_free, .allocator_data = arena };

  return pg_query__parse_result__unpack (&allocator, bytes->len,
                                         (const guint8 *) bytes->data);
}

/* To the first token that is no comment. */
static gsize
first_token (const SqlCollector *collector, gsize start, gsize end)
{
  SqlLexer lexer;
  SqlToken token;

  sql_lexer_init (&lexer, collector->source->text, start, end, TARGET_POSTGRES);
  sql_lexer_next_code (&lexer, &token);
  return token.start;
}

static void
collect_raw (SqlCollector *collector, const PgQuery__RawStmt *raw, gsize start,
             gsize stop)
{
  gsize end = raw->stmt_len > 0
                  ? start + (gsize) raw->stmt_location + (gsize) raw->stmt_len
                  : stop;

  sql_collector_begin (
      collector, first_token (collector, start + (gsize) raw->stmt_location, end), end);
  if (raw->stmt != NULL)
    pg_collect_statement (collector, raw->stmt);
}

/* The byte of a place that the parser counts in characters, from 1. */
static gsize
offset_of_cursor (const SqlCollector *collector, gsize start, gsize end, int cursor)
{
  const char *text = collector->source->text;

  for (; cursor > 1 && start < end; cursor--)
    start = (gsize) (g_utf8_next_char (text + start) - text);
  return MIN (start, end);
}

static void
collect_error (SqlCollector *collector, gsize start, gsize end, const PgQueryError *error)
{
  sql_collector_begin (collector, start, end);
  Effect *effect = sql_collector_add (collector, EFFECT_SYNTAX_ERROR);
  /* The parser may cut a character in two. */
  g_autofree char *message = g_utf8_make_valid (error->message, -1);
  effect->text = arena_strdup (collector->arena, message);
  if (error->cursorpos > 0)
    effect->location = sql_place_of (
        &collector->place, offset_of_cursor (collector, start, end, error->cursorpos));
}

/* Returns: FALSE when the text cannot be parsed; with @report that is an effect. */
static gboolean
collect_text (SqlCollector *collector, gsize start, gsize end, gboolean report)
{
  g_autofree char *text = g_strndup (collector->source->text + start, end - start);
  g_autoptr (Arena) scratch = arena_new ();
  PgQueryProtobufParseResult result = pg_query_parse_protobuf (text);
  PgQuery__ParseResult *tree
      = result.error == NULL ? unpack (scratch, &result.parse_tree) : NULL;

  if (tree != NULL)
    for (gsize i = 0; i < tree->n_stmts; i++)
      collect_raw (collector, tree->stmts[i], start, end);
  else if (report && result.error != NULL)
    collect_error (collector, start, end, result.error);
  pg_query_free_protobuf_parse_result (result);
  return tree != NULL;
}

static const char *
why_not (const SqlStatement *statement)
{
  if (statement->kind == SQL_STATEMENT_OF_CLIENT)
    return "a command of the client psql, no SQL";
  if (statement->end - statement->start > MAX_STATEMENT_BYTES)
    return "the statement is larger than 1 MiB";
  if (statement->depth > SQL_MAX_DEPTH)
    return "the statement is nested too deep";
  return NULL;
}

static void
collect_one (SqlCollector *collector, const SqlStatement *statement)
{
  const char *why = why_not (statement);

  if (why == NULL)
    {
      collect_text (collector, statement->start, statement->end, TRUE);
      return;
    }
  sql_collector_begin (collector, statement->start, statement->end);
  sql_collector_give_up (collector, why);
}

static void
collect_batch (SqlCollector *collector, const SqlStatement *statements, guint n)
{
  if (n > 1
      && collect_text (collector, statements[0].start, statements[n - 1].end, FALSE))
    return;
  for (guint i = 0; i < n; i++)
    collect_one (collector, &statements[i]);
}

/* How many statements from the first one may be parsed together; at least 1. */
static guint
batch_length (const SqlStatement *statements, guint n)
{
  guint length = 0;

  while (length < n && why_not (&statements[length]) == NULL
         && statements[length].end - statements[0].start <= BATCH_BYTES)
    length++;
  return MAX (length, 1);
}

void
sql_postgres_collect (SqlCollector *collector, const GArray *statements)
{
  const SqlStatement *all = (const SqlStatement *) (const void *) statements->data;

  for (guint i = 0, n; i < statements->len; i += n)
    {
      n = batch_length (&all[i], statements->len - i);
      collect_batch (collector, &all[i], n);
    }
}
