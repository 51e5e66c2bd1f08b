/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of raw SQL.
 */
#include "config.h"

#include "safety/sql_words.h"

#include <string.h>

typedef struct
{
  const char *next;
  Arena *arena;
  GPtrArray *statements;
  GPtrArray *words; /* of the statement that is being read */
  guint depth;      /* BEGIN … END in a trigger's body */
} Reader;

/* Past the closing @quote; two of them are one of them. */
static const char *
skip_quoted (const char *text, char quote)
{
  for (text++; *text != '\0'; text++)
    {
      if (*text != quote)
        continue;
      if (text[1] != quote)
        return text + 1;
      text++;
    }
  return text;
}

/* Past "$tag$ … $tag$", or NULL when no such text begins here. */
static const char *
skip_dollars (const char *text)
{
  gsize length = 1;

  while (g_ascii_isalnum (text[length]) || text[length] == '_')
    length++;
  if (text[length] != '$' || g_ascii_isdigit (text[1]))
    return NULL;
  g_autofree char *tag = g_strndup (text, length + 1);
  const char *end = strstr (text + length + 1, tag);
  return end != NULL ? end + length + 1 : text + strlen (text);
}

static const char *
skip_comment (const char *text)
{
  const char *end;

  if (text[0] == '-' && text[1] == '-')
    return text + strcspn (text, "\n");
  if (text[0] != '/' || text[1] != '*')
    return NULL;
  end = strstr (text + 2, "*/");
  return end != NULL ? end + 2 : text + strlen (text);
}

static void
end_statement (Reader *reader)
{
  if (reader->words->len == 0)
    return;
  SqlStatement *statement = arena_new0 (reader->arena, SqlStatement);
  statement->n_words = reader->words->len;
  statement->words = arena_ptr_array (reader->arena, reader->words);
  g_ptr_array_add (reader->statements, statement);
  g_ptr_array_set_size (reader->words, 0);
  reader->depth = 0;
}

static gboolean
has_word (const GPtrArray *words, const char *word)
{
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (words->pdata[i], word))
      return TRUE;
  return FALSE;
}

/* A body's semicolons end no statement. */
static gboolean
may_have_body (const GPtrArray *words)
{
  return words->len > 0 && g_str_equal (words->pdata[0], "create")
         && (has_word (words, "trigger") || has_word (words, "procedure")
             || has_word (words, "function"));
}

static void
count_depth (Reader *reader, const char *word)
{
  if (!may_have_body (reader->words))
    return;
  if (g_str_equal (word, "begin") || g_str_equal (word, "case"))
    reader->depth++;
  else if (g_str_equal (word, "end") && reader->depth > 0)
    reader->depth--;
}

static gboolean
is_word_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (guchar) c >= 0x80;
}

static void
read_word (Reader *reader)
{
  const char *end = reader->next;

  while (is_word_byte (*end))
    end++;
  g_autofree char *word = g_ascii_strdown (reader->next, (gssize) (end - reader->next));
  count_depth (reader, word);
  g_ptr_array_add (reader->words, (gpointer) arena_strdup (reader->arena, word));
  reader->next = end;
}

static void
read_quoted_name (Reader *reader)
{
  char quote = *reader->next == '[' ? ']' : *reader->next;
  const char *end = skip_quoted (reader->next, quote);
  gsize length = (gsize) (end - reader->next);

  if (length >= 2)
    {
      g_autofree char *name = g_strndup (reader->next + 1, length - 2);
      g_ptr_array_add (reader->words, (gpointer) arena_strdup (reader->arena, name));
    }
  reader->next = end;
}

static void
read_next (Reader *reader)
{
  const char *past = skip_comment (reader->next);

  if (past == NULL && *reader->next == '$')
    past = skip_dollars (reader->next);
  if (past == NULL && *reader->next == '\'')
    past = skip_quoted (reader->next, '\'');
  if (past != NULL)
    reader->next = past;
  else if (strchr ("\"`[", *reader->next) != NULL)
    read_quoted_name (reader);
  else if (is_word_byte (*reader->next))
    read_word (reader);
  else if (*reader->next++ == ';' && reader->depth == 0)
    end_statement (reader);
}

GPtrArray *
sql_statements (const char *text, Arena *arena)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  Reader reader = {
    .next = text,
    .arena = arena,
    .statements = g_ptr_array_new (),
    .words = words,
  };

  while (*reader.next != '\0')
    read_next (&reader);
  end_statement (&reader);
  return reader.statements;
}

/* How many words of @wanted match from @index on; 0 when not all do. */
static guint
match_at (const SqlStatement *statement, guint index, const char *const *wanted)
{
  guint n = 0;

  for (; wanted[n] != NULL; n++)
    if (index + n >= statement->n_words
        || !g_str_equal (statement->words[index + n], wanted[n]))
      return 0;
  return n;
}

const char *
sql_statement_after (const SqlStatement *statement, const char *words)
{
  g_auto (GStrv) wanted = g_strsplit (words, " ", -1);

  for (guint i = 0; i < statement->n_words; i++)
    {
      guint n = match_at (statement, i, (const char *const *) wanted);
      if (n > 0)
        return statement->words[i + n];
    }
  return NULL;
}

gboolean
sql_statement_has (const SqlStatement *statement, const char *words)
{
  g_auto (GStrv) wanted = g_strsplit (words, " ", -1);

  for (guint i = 0; i < statement->n_words; i++)
    if (match_at (statement, i, (const char *const *) wanted) > 0)
      return TRUE;
  return FALSE;
}

gboolean
sql_statement_starts (const SqlStatement *statement, const char *words)
{
  g_auto (GStrv) wanted = g_strsplit (words, " ", -1);

  return match_at (statement, 0, (const char *const *) wanted) > 0;
}

static gboolean
starts_with_one_of (const SqlStatement *statement, const char *const *words)
{
  return statement->n_words > 0 && name_list_contains (words, statement->words[0]);
}

gboolean
sql_statement_creates_trigger (const SqlStatement *statement)
{
  static const char *const between[]
      = { "or", "replace", "temp", "temporary", "constraint", NULL };
  guint i = 1;

  if (!sql_statement_starts (statement, "create"))
    return FALSE;
  while (i < statement->n_words && name_list_contains (between, statement->words[i]))
    i++;
  return i < statement->n_words && g_str_equal (statement->words[i], "trigger");
}

gboolean
sql_statement_changes_rows (const SqlStatement *statement)
{
  static const char *const heads[]
      = { "update", "insert", "delete", "merge", "replace", NULL };

  return starts_with_one_of (statement, heads);
}

gboolean
sql_statement_changes_shape (const SqlStatement *statement)
{
  static const char *const heads[]
      = { "alter", "create", "drop", "truncate", "rename", NULL };

  return starts_with_one_of (statement, heads)
         && !sql_statement_creates_trigger (statement)
         && !sql_statement_starts (statement, "drop trigger");
}
