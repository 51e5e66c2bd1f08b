/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for names, as far as MariaDB's SQL has to be understood for that.
 */
#include "config.h"

#include "engine/mariadb/database_names.h"

#include <string.h>

#include "engine/mariadb/sql_text.h"

typedef struct
{
  const char *at; /* what comes next */
  gboolean no_escapes;
  gboolean after_point;
  const char *start, *end; /* of the name that was found */
} Scanner;

static gboolean
is_of_name (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (guchar) c >= 0x80;
}

/* A quote within is doubled, or, in a string, escaped. */
static const char *
behind_quotes (const char *at, gboolean escapes)
{
  const char quote = *at++;

  for (; *at != '\0'; at++)
    if (escapes && *at == '\\' && at[1] != '\0')
      at++;
    else if (*at == quote && at[1] == quote)
      at++;
    else if (*at == quote)
      return at + 1;
  return at;
}

/* What a comment with a '!' holds is code.  @at itself where there is no comment. */
static const char *
behind_comment (const char *at)
{
  if (at[0] == '#' || (at[0] == '-' && at[1] == '-' && (guchar) at[2] <= ' '))
    return at + strcspn (at, "\n");
  if (at[0] != '/' || at[1] != '*')
    return at;
  if (at[2] == '!' || (at[2] == 'M' && at[3] == '!'))
    {
      at = strchr (at, '!') + 1;
      return at + strspn (at, "0123456789");
    }
  const char *end = strstr (at + 2, "*/");
  return end != NULL ? end + 2 : at + strlen (at);
}

static const char *
behind_word (const char *at)
{
  while (is_of_name (*at))
    at++;
  return at;
}

/* What stands there and is neither space nor comment; @at itself: a sign. */
static const char *
behind_token (const Scanner *scanner)
{
  const char *at = scanner->at;

  if (*at == '`')
    return behind_quotes (at, FALSE);
  if (*at == '\'' || *at == '"')
    return behind_quotes (at, !scanner->no_escapes);
  return behind_word (at);
}

static gboolean
is_before_point (const char *at)
{
  while (g_ascii_isspace (*at))
    at++;
  return *at == '.';
}

/* The next name with a point behind it and none before. */
static gboolean
find_next (Scanner *scanner)
{
  while (*scanner->at != '\0')
    {
      const char *start = scanner->at;
      const char *end = behind_comment (start);
      if (end == start && g_ascii_isspace (*start))
        end = start + 1;
      if (end != start)
        {
          scanner->at = end;
          continue;
        }
      end = behind_token (scanner);
      gboolean is_first = !scanner->after_point;
      scanner->after_point = *start == '.';
      scanner->at = MAX (end, start + 1);
      if (end == start || *start == '\'' || !is_first || !is_before_point (end))
        continue;
      scanner->start = start;
      scanner->end = end;
      return TRUE;
    }
  return FALSE;
}

/* Without its quotes. */
static char *
found_name (const Scanner *scanner)
{
  gboolean is_quoted = !is_of_name (*scanner->start);
  const char quotes[] = { *scanner->start, *scanner->start, '\0' };
  g_autofree char *inside
      = g_strndup (scanner->start + is_quoted,
                   (gsize) (scanner->end - scanner->start) - (is_quoted ? 2 : 0));

  if (!is_quoted)
    return g_steal_pointer (&inside);
  g_auto (GStrv) parts = g_strsplit (inside, quotes, -1);
  return g_strjoinv (quotes + 1, parts);
}

static gboolean
is_same (const char *a, const char *b, const MariaNameRules *rules)
{
  if (!rules->ignores_case)
    return g_str_equal (a, b);
  g_autofree char *lower_a = g_utf8_strdown (a, -1);
  g_autofree char *lower_b = g_utf8_strdown (b, -1);
  return g_str_equal (lower_a, lower_b);
}

const char *
maria_rename_database (const char *text, const char *from, const char *to,
                       const MariaNameRules *rules, Arena *arena)
{
  Scanner scanner = { .at = text, .no_escapes = rules->no_escapes };
  g_autoptr (GString) renamed = g_string_new (NULL);
  const char *copied = text;

  while (find_next (&scanner))
    {
      g_autofree char *name = found_name (&scanner);
      if (!is_same (name, from, rules))
        continue;
      g_string_append_len (renamed, copied, scanner.start - copied);
      g_string_append (renamed, mariadb_identifier (arena, to));
      copied = scanner.end;
    }
  g_string_append (renamed, copied);
  return arena_strdup (arena, renamed->str);
}

const char *
maria_named_database (const char *text, const GPtrArray *databases,
                      const MariaNameRules *rules, Arena *arena)
{
  Scanner scanner = { .at = text, .no_escapes = rules->no_escapes };

  while (find_next (&scanner))
    {
      g_autofree char *name = found_name (&scanner);
      for (guint i = 0; i < databases->len; i++)
        if (is_same (name, databases->pdata[i], rules))
          return arena_strdup (arena, name);
    }
  return NULL;
}
