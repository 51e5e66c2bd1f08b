/* SPDX-License-Identifier: Apache-2.0
 *
 * Definitions, word by word.
 */
#include "config.h"

#include "engine/postgres/rename_text.h"

#include <string.h>

#include "engine/postgres/sql_text.h"

static gboolean
is_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (guchar) c >= 0x80;
}

/* The length of the text in quotes at @text; E'…' knows backslashes. */
static gsize
quoted_length (const char *text, gboolean escapes)
{
  char quote = text[0];
  gsize i = 1;

  while (text[i] != '\0')
    {
      if (escapes && text[i] == '\\' && text[i + 1] != '\0')
        i += 2;
      else if (text[i] == quote && text[i + 1] == quote)
        i += 2;
      else if (text[i++] == quote)
        break;
    }
  return i;
}

static gsize
word_length (const char *text)
{
  gsize i = 0;

  while (is_word (text[i]))
    i++;
  return i;
}

static gboolean
is_name (const char *text, gsize length, const char *name)
{
  g_autoptr (GString) quoted = g_string_new (NULL);

  postgres_append_identifier (quoted, name);
  return (strlen (name) == length && strncmp (text, name, length) == 0)
         || (quoted->len == length && strncmp (text, quoted->str, length) == 0);
}

/* "timestamp with time zone", "character varying": the words of a type. */
static gboolean
is_in_type (const GString *out)
{
  static const char *const WORDS[]
      = { "with", "without", "time", "zone", "varying", "precision" };
  const char *type = g_strrstr (out->str, "::");
  g_auto (GStrv) words = g_strsplit (type != NULL ? type + 2 : "", " ", -1);
  guint n = g_strv_length (words);

  for (guint i = 1; i + 1 < n; i++)
    if (!g_strv_contains (WORDS, words[i]))
      return FALSE;
  return n > 1 && !g_str_has_suffix (words[0], ",") && words[n - 1][0] == '\0';
}

/* Whether what has been written ends so that no column can follow, or what follows says
 * that this is none. */
static gboolean
is_other_name (const GString *out, const char *rest)
{
  return rest[0] == '(' || g_str_has_prefix (rest, " => ")
         || g_str_equal (out->str, "USING ") || g_str_has_suffix (out->str, "EXTRACT(")
         || is_in_type (out) || g_str_has_suffix (out->str, "::")
         || g_str_has_suffix (out->str, ".") || g_str_has_suffix (out->str, "COLLATE ");
}

const char *
pg_rename_in_text (const char *text, const char *from, const char *to, Arena *arena)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text != '\0')
    {
      gboolean escapes = (text[0] == 'E') && text[1] == '\'';
      gsize length = 1;
      if (escapes)
        length = 1 + quoted_length (text + 1, TRUE);
      else if (text[0] == '\'' || text[0] == '"')
        length = quoted_length (text, FALSE);
      else if (is_word (text[0]))
        length = word_length (text);
      if (is_name (text, length, from) && !is_other_name (out, text + length))
        postgres_append_identifier (out, to);
      else
        g_string_append_len (out, text, (gssize) length);
      text += length;
    }
  return arena_strdup (arena, out->str);
}
