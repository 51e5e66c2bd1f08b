/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens of what the server shows.
 */
#include "config.h"

#include "engine/mariadb/shown.h"

#include <string.h>

#include "engine/mariadb/sql_text.h"

static gboolean
is_of_word (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (guchar) c >= 0x80;
}

/* A quote within is doubled; in a string, also escaped. */
static const char *
behind_quotes (const char *text)
{
  const char quote = *text++;

  for (; *text != '\0'; text++)
    if ((quote == '\'' && text[0] == '\\' && text[1] != '\0')
        || (text[0] == quote && text[1] == quote))
      text++;
    else if (text[0] == quote)
      return text + 1;
  return text;
}

const char *
maria_behind_token (const char *text)
{
  if (*text == '`' || *text == '\'')
    return behind_quotes (text);
  if (!is_of_word (*text))
    return *text != '\0' ? text + 1 : text;
  while (is_of_word (*text))
    text++;
  return text;
}

/* Names of columns have no case on this server. */
const char *
maria_shown_renamed (const char *expression, const char *from, const char *to,
                     Arena *arena)
{
  g_autoptr (GString) renamed = g_string_new (NULL);
  const char *name = mariadb_identifier (arena, from);
  const char *other = mariadb_identifier (arena, to);

  for (const char *at = expression; *at != '\0';)
    {
      const char *end = maria_behind_token (at);
      gsize length = (gsize) (end - at);
      if (length == strlen (name) && g_ascii_strncasecmp (at, name, length) == 0)
        g_string_append (renamed, other);
      else
        g_string_append_len (renamed, at, (gssize) length);
      at = end;
    }
  return arena_strdup (arena, renamed->str);
}
