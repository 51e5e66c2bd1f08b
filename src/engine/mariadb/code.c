/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens.
 */
#include "config.h"

#include "engine/mariadb/code.h"

#include <string.h>

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

/* Of what is neither space nor comment. */
static const char *
behind_token (const char *at, gboolean no_escapes)
{
  if (*at == '`')
    return behind_quotes (at, FALSE);
  if (*at == '\'' || *at == '"')
    return behind_quotes (at, !no_escapes);
  const char *end = behind_word (at);
  return end != at ? end : at + 1;
}

MariaCode
maria_code (const char *text, const char *sql_mode)
{
  return (MariaCode){ .at = text,
                      .no_escapes = strstr (sql_mode, "NO_BACKSLASH_ESCAPES") != NULL };
}

gboolean
maria_code_next (MariaCode *code)
{
  while (*code->at != '\0')
    {
      code->start = code->at;
      code->end = behind_comment (code->start);
      if (code->end == code->start && g_ascii_isspace (*code->start))
        code->end++;
      gboolean is_token = code->end == code->start;
      if (is_token)
        code->end = behind_token (code->start, code->no_escapes);
      code->at = code->end;
      if (is_token)
        return TRUE;
    }
  return FALSE;
}

gboolean
maria_code_is_word (const MariaCode *code)
{
  return *code->start == '`' || *code->start == '"' || is_of_name (*code->start);
}

char *
maria_code_name (const MariaCode *code)
{
  gboolean is_quoted = strchr ("`'\"", *code->start) != NULL;
  const char quotes[] = { *code->start, *code->start, '\0' };
  g_autofree char *inside = g_strndup (
      code->start + is_quoted, (gsize) (code->end - code->start) - (is_quoted ? 2 : 0));

  if (!is_quoted)
    return g_steal_pointer (&inside);
  g_auto (GStrv) parts = g_strsplit (inside, quotes, -1);
  return g_strjoinv (quotes + 1, parts);
}

gboolean
maria_code_is_called (const MariaCode *code, const char *name)
{
  g_autofree char *word
      = maria_code_is_word (code) ? maria_code_name (code) : g_strdup ("");

  return g_ascii_strcasecmp (word, name) == 0;
}
