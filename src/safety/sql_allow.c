/* SPDX-License-Identifier: Apache-2.0
 *
 * Comments that allow: finding them, reading them, finding their statement.
 */
#include "config.h"

#include "safety/sql_allow.h"

#include <string.h>

#define DIRECTIVE "zdm:"

typedef struct
{
  gsize start, end;
} Comment;

typedef struct
{
  SqlAllows *allows;
  const SqlSource *source;
  const SqlStatement *statements;
  guint n_statements;
  SqlPlace place;
  GArray *comments;  /* Comment, all of the text */
  GHashTable *lists; /* index of a statement + 1 → GArray of Allow */
  Arena *arena;
} Reader;

SqlAllows *
sql_allows_new (void)
{
  SqlAllows *allows = g_new0 (SqlAllows, 1);

  allows->of_statements = g_hash_table_new (NULL, NULL);
  allows->of_file = g_ptr_array_new ();
  allows->of_nothing = g_ptr_array_new ();
  allows->problems = g_ptr_array_new ();
  return allows;
}

void
sql_allows_free (SqlAllows *allows)
{
  g_hash_table_unref (allows->of_statements);
  g_ptr_array_unref (allows->of_file);
  g_ptr_array_unref (allows->of_nothing);
  g_ptr_array_unref (allows->problems);
  g_free (allows);
}

const Allow *
sql_allows_of (const SqlAllows *allows, gsize start)
{
  return g_hash_table_lookup (allows->of_statements, GSIZE_TO_POINTER (start + 1));
}

/* Which statement ------------------------------------------------------------- */

/* A comment may seem to reach over a statement: the lexer knows no DELIMITER. */
static gboolean
has_newline (const Reader *reader, gsize start, gsize end)
{
  return start < end && memchr (reader->source->text + start, '\n', end - start) != NULL;
}

/* No empty line, nothing but space. */
static gboolean
is_next_line (const Reader *reader, gsize start, gsize end)
{
  guint n_newlines = 0;

  for (gsize i = start; i < end; i++)
    n_newlines += reader->source->text[i] == '\n';
  return n_newlines <= 1;
}

/* The first statement that does not end before @at. */
static guint
statement_behind (const Reader *reader, gsize at)
{
  guint low = 0, high = reader->n_statements;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      if (reader->statements[middle].stop > at)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* Counted from 1; 0: none.  @below: of the comment after it, if one is. */
static guint
statement_of (const Reader *reader, guint n, guint below)
{
  const Comment *comment = &g_array_index (reader->comments, Comment, n);
  guint next = statement_behind (reader, comment->start);
  gboolean has_next = next < reader->n_statements;
  gsize next_start = has_next ? reader->statements[next].start : 0;
  gsize last_stop = next > 0 ? reader->statements[next - 1].stop : 0;

  if (has_next && next_start < comment->start)
    return next + 1;
  if (has_next && !has_newline (reader, comment->end, next_start))
    return next + 1;
  if (next > 0 && !has_newline (reader, last_stop, comment->start))
    return next;
  /* Comments may stand in lines one below the other. */
  if (n + 1 < reader->comments->len)
    {
      const Comment *after = &g_array_index (reader->comments, Comment, n + 1);
      if (!has_next || after->start < next_start)
        return is_next_line (reader, comment->end, after->start) ? below : 0;
    }
  return has_next && is_next_line (reader, comment->end, next_start) ? next + 1 : 0;
}

/* Reading --------------------------------------------------------------------- */

/* The directive in a comment, without what opens and closes it; or NULL. */
static char *
directive_of (const Reader *reader, const Comment *comment)
{
  const char *text = reader->source->text + comment->start;
  const char *end = reader->source->text + comment->end;

  while (text < end && strchr ("-#/*! \t", *text) != NULL)
    text++;
  if ((gsize) (end - text) < strlen (DIRECTIVE)
      || strncmp (text, DIRECTIVE, strlen (DIRECTIVE)) != 0)
    return NULL;
  char *directive = g_strndup (text, (gsize) (end - text));
  if (g_str_has_suffix (directive, "*/"))
    directive[strlen (directive) - 2] = '\0';
  return g_strstrip (directive);
}

static void
add_problem (Reader *reader, Location location, const char *message)
{
  SqlAllowProblem *problem = arena_new0 (reader->arena, SqlAllowProblem);

  problem->location = location;
  problem->message = message;
  g_ptr_array_add (reader->allows->problems, problem);
}

static void
add_to_statement (Reader *reader, guint statement, const Allow *allow)
{
  GArray *list = g_hash_table_lookup (reader->lists, GUINT_TO_POINTER (statement));

  if (list == NULL)
    {
      list = g_array_new (TRUE, TRUE, sizeof (Allow));
      g_hash_table_insert (reader->lists, GUINT_TO_POINTER (statement), list);
    }
  g_array_append_vals (list, allow, 1);
}

static void
add_to_list (Reader *reader, GPtrArray *lists, const Allow *allow)
{
  Allow *list = arena_new_array (reader->arena, Allow, 2);

  list[0] = *allow;
  g_ptr_array_add (lists, list);
}

/* "zdm:allow RULE reason" */
static void
read_directive (Reader *reader, char *text, Location location, guint statement,
                gboolean is_at_top)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", 2);
  gboolean of_file = g_str_equal (words[0], "zdm:allow-file");

  if (!of_file && !g_str_equal (words[0], "zdm:allow"))
    {
      add_problem (reader, location,
                   arena_printf (reader->arena, "'%s' is not known here", words[0]));
      return;
    }
  char *rest = words[1] != NULL ? g_strstrip (words[1]) : NULL;
  gsize length = rest != NULL ? strcspn (rest, " \t\r\n") : 0;
  if (length == 0 || rest[length] == '\0')
    {
      add_problem (
          reader, location,
          arena_printf (reader->arena, "'%s' needs a rule and a reason", words[0]));
      return;
    }
  const Allow allow = {
    .rule = arena_strndup (reader->arena, rest, length),
    .reason = arena_strdup (reader->arena, g_strchug (rest + length)),
    .location = location,
  };
  if (of_file && is_at_top)
    add_to_list (reader, reader->allows->of_file, &allow);
  else if (of_file || statement == 0)
    add_to_list (reader, reader->allows->of_nothing, &allow);
  else
    add_to_statement (reader, statement, &allow);
}

static void
find_comments (Reader *reader, TargetEngine engine)
{
  SqlLexer lexer;
  SqlToken token;

  sql_lexer_init (&lexer, reader->source->text, 0, strlen (reader->source->text), engine);
  while (sql_lexer_next (&lexer, &token))
    if (token.kind == SQL_TOKEN_COMMENT)
      {
        const Comment comment = { token.start, token.end };
        g_array_append_val (reader->comments, comment);
      }
}

static void
read_comments (Reader *reader)
{
  guint n = reader->comments->len;
  guint *statements = arena_new_array (reader->arena, guint, n + 1);
  gsize top = reader->n_statements > 0 ? reader->statements[0].start : G_MAXSIZE;

  for (guint i = n; i-- > 0;)
    statements[i] = statement_of (reader, i, statements[i + 1]);
  for (guint i = 0; i < n; i++)
    {
      const Comment *comment = &g_array_index (reader->comments, Comment, i);
      g_autofree char *text = directive_of (reader, comment);
      if (text != NULL)
        read_directive (reader, text, sql_place_of (&reader->place, comment->start),
                        statements[i], comment->start < top);
    }
}

/* The lists move to the arena, where they stay while the effects live. */
static void
keep_lists (Reader *reader)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, reader->lists);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const GArray *list = value;
      gsize start = reader->statements[GPOINTER_TO_UINT (key) - 1].start;
      g_hash_table_insert (
          reader->allows->of_statements, GSIZE_TO_POINTER (start + 1),
          arena_memdup (reader->arena, list->data, sizeof (Allow) * (list->len + 1)));
    }
}

void
sql_allows_read (SqlAllows *allows, const SqlSource *source, TargetEngine engine,
                 const GArray *statements, Arena *arena)
{
  g_autoptr (GArray) comments = g_array_new (FALSE, FALSE, sizeof (Comment));
  g_autoptr (GHashTable) lists
      = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  Reader reader = {
    .allows = allows,
    .source = source,
    .statements = (const SqlStatement *) (const void *) statements->data,
    .n_statements = statements->len,
    .comments = comments,
    .lists = lists,
    .arena = arena,
  };

  if (strstr (source->text, DIRECTIVE) == NULL)
    return;
  g_hash_table_remove_all (allows->of_statements);
  sql_place_init (&reader.place, source);
  find_comments (&reader, engine);
  read_comments (&reader);
  keep_lists (&reader);
}
