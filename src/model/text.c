/* SPDX-License-Identifier: Apache-2.0
 *
 * Text: UTF-8 as column types see it, and values as messages show them.
 */
#include "config.h"

#include "model/text.h"

#include <string.h>

/* Characters of a value that a message shows. */
#define EXCERPT_MAX 40

gboolean
text_is_valid (const char *bytes, gsize length)
{
  return length == 0 || g_utf8_validate_len (bytes, length, NULL);
}

const char *
text_problem (const char *bytes, gsize length)
{
  return memchr (bytes, '\0', length) != NULL ? "text cannot hold a NUL character"
                                              : "the bytes are not valid UTF-8";
}

gsize
text_characters (const char *bytes, gsize length)
{
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    n += ((guchar) bytes[i] & 0xc0) != 0x80;
  return n;
}

gsize
text_chomp (const char *bytes, gsize length)
{
  while (length > 0 && bytes[length - 1] == ' ')
    length--;
  return length;
}

const char *
text_find (const char *bytes, gsize length, const char *needle)
{
  return memmem (bytes, length, needle, strlen (needle));
}

const char *
text_find_last (const char *bytes, gsize length, const char *needle)
{
  gsize n = strlen (needle);

  if (n > length)
    return NULL;
  for (const char *place = bytes + (length - n); place >= bytes; place--)
    {
      if (memcmp (place, needle, n) == 0)
        return place;
      if (place == bytes)
        break;
    }
  return NULL;
}

static void
append_character (GString *excerpt, gunichar character)
{
  switch (character)
    {
    case '\n':
      g_string_append (excerpt, "\\n");
      break;
    case '\t':
      g_string_append (excerpt, "\\t");
      break;
    default:
      if (g_unichar_isprint (character))
        g_string_append_unichar (excerpt, character);
      else
        g_string_append_printf (excerpt, "\\u{%x}", character);
    }
}

char *
text_excerpt (const char *bytes, gsize length)
{
  GString *excerpt = g_string_new ("'");
  const char *end = bytes + length;
  guint n = 0;

  while (bytes < end && n < EXCERPT_MAX)
    {
      gunichar character = g_utf8_get_char_validated (bytes, end - bytes);

      n++;
      if (*bytes == '\0' || character >= (gunichar) -2)
        {
          g_string_append_printf (excerpt, "\\x%02x", (guchar) *bytes++);
          continue;
        }
      append_character (excerpt, character);
      bytes = g_utf8_next_char (bytes);
    }
  g_string_append (excerpt, bytes < end ? "…'" : "'");
  return g_string_free (excerpt, FALSE);
}

gsize
text_line_break_length (const char *at, gsize length)
{
  const guchar *byte = (const guchar *) at;

  if (byte[0] == '\n')
    return 1;
  if (byte[0] == '\r')
    return length > 1 && byte[1] == '\n' ? 2 : 1;
  if (byte[0] == 0xc2 && length > 1 && byte[1] == 0x85)
    return 2;
  if (byte[0] == 0xe2 && length > 2 && byte[1] == 0x80
      && (byte[2] == 0xa8 || byte[2] == 0xa9))
    return 3;
  return 0;
}
