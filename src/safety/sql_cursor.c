/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlCursor: what all readers of statement heads need.
 */
#include "config.h"

#include "safety/sql_cursor.h"

#include <string.h>

void
sql_cursor_next (SqlCursor *cursor)
{
  sql_lexer_next_code (&cursor->lexer, &cursor->token);
}

void
sql_cursor_init (SqlCursor *cursor, SqlCollector *collector, gsize start, gsize end)
{
  cursor->collector = collector;
  sql_lexer_init (&cursor->lexer, collector->source->text, start, end, collector->engine);
  sql_cursor_next (cursor);
}

gboolean
sql_cursor_at_end (const SqlCursor *cursor)
{
  return cursor->token.kind == SQL_TOKEN_END;
}

gboolean
sql_cursor_at (const SqlCursor *cursor, const char *word)
{
  return sql_token_is (&cursor->lexer, &cursor->token, word);
}

gboolean
sql_cursor_at_sign (const SqlCursor *cursor, char sign)
{
  return sql_token_is_sign (&cursor->lexer, &cursor->token, sign);
}

gboolean
sql_cursor_at_any (const SqlCursor *cursor, const char *words)
{
  const char *text = cursor->lexer.text + cursor->token.start;
  gsize length = cursor->token.end - cursor->token.start;

  if (cursor->token.kind != SQL_TOKEN_WORD)
    return FALSE;
  for (const char *word = words; *word != '\0'; word += strspn (word, " "))
    {
      gsize n = strcspn (word, " ");
      if (n == length && g_ascii_strncasecmp (word, text, n) == 0)
        return TRUE;
      word += n;
    }
  return FALSE;
}

gboolean
sql_cursor_accept (SqlCursor *cursor, const char *word)
{
  if (!sql_cursor_at (cursor, word))
    return FALSE;
  sql_cursor_next (cursor);
  return TRUE;
}

gboolean
sql_cursor_accept_sign (SqlCursor *cursor, char sign)
{
  if (!sql_cursor_at_sign (cursor, sign))
    return FALSE;
  sql_cursor_next (cursor);
  return TRUE;
}

gboolean
sql_cursor_accept_two (SqlCursor *cursor, const char *first, const char *second)
{
  return sql_cursor_accept (cursor, first) && sql_cursor_accept (cursor, second);
}

void
sql_cursor_skip_any (SqlCursor *cursor, const char *words)
{
  while (sql_cursor_at_any (cursor, words))
    sql_cursor_next (cursor);
}

gboolean
sql_cursor_accept_guard (SqlCursor *cursor)
{
  if (!sql_cursor_accept (cursor, "if"))
    return FALSE;
  sql_cursor_skip_any (cursor, "not exists");
  return TRUE;
}

/* What stands between the quotes, doubled ones once. */
static const char *
unquote (const SqlCursor *cursor)
{
  const char *text = cursor->lexer.text + cursor->token.start;
  gsize length = cursor->token.end - cursor->token.start;
  char quote = *text == '[' ? ']' : *text;
  g_autoptr (GString) name = g_string_sized_new (length);

  for (gsize i = 1; i + 1 < length; i++)
    {
      g_string_append_c (name, text[i]);
      if (text[i] == quote)
        i++;
    }
  return arena_strdup (cursor->collector->arena, name->str);
}

const char *
sql_cursor_text (const SqlCursor *cursor)
{
  return arena_strndup (cursor->collector->arena,
                        cursor->lexer.text + cursor->token.start,
                        cursor->token.end - cursor->token.start);
}

const char *
sql_cursor_name (SqlCursor *cursor)
{
  const char *name = NULL;

  if (cursor->token.kind == SQL_TOKEN_QUOTED)
    name = unquote (cursor);
  else if (cursor->token.kind == SQL_TOKEN_WORD)
    name = sql_cursor_text (cursor);
  if (name == NULL)
    return NULL;
  if (cursor->token.kind == SQL_TOKEN_WORD
      && cursor->collector->engine == TARGET_POSTGRES)
    {
      g_autofree char *lower = g_ascii_strdown (name, -1);
      name = arena_strdup (cursor->collector->arena, lower);
    }
  sql_cursor_next (cursor);
  return name;
}

SqlName
sql_cursor_qualified (SqlCursor *cursor)
{
  SqlName name = { .name = sql_cursor_name (cursor) };

  while (name.name != NULL && sql_cursor_accept_sign (cursor, '.'))
    name = (SqlName){ .schema = name.name, .name = sql_cursor_name (cursor) };
  return name;
}

void
sql_cursor_skip (SqlCursor *cursor)
{
  gsize depth = 0;

  do
    {
      if (sql_cursor_at_sign (cursor, '('))
        depth++;
      else if (sql_cursor_at_sign (cursor, ')') && depth > 0)
        depth--;
      sql_cursor_next (cursor);
    }
  while (depth > 0 && !sql_cursor_at_end (cursor));
}

void
sql_cursor_skip_item (SqlCursor *cursor)
{
  while (!sql_cursor_at_end (cursor) && !sql_cursor_at_sign (cursor, ',')
         && !sql_cursor_at_sign (cursor, ')'))
    sql_cursor_skip (cursor);
}

gboolean
sql_cursor_find (SqlCursor *cursor, const char *words)
{
  while (!sql_cursor_at_end (cursor) && !sql_cursor_at_any (cursor, words))
    sql_cursor_skip (cursor);
  return !sql_cursor_at_end (cursor);
}

Effect *
sql_cursor_add (SqlCursor *cursor, EffectKind kind, SqlName table)
{
  return sql_collector_add_of (cursor->collector, kind, table.schema, table.name);
}
