/* SPDX-License-Identifier: Apache-2.0
 *
 * Text that is safe to show, and its width.
 */
#include "config.h"

#include "report/printable.h"

#include <string.h>

/* Characters that turn the direction of what follows (Trojan Source). */
static gboolean
changes_direction (gunichar c)
{
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
breaks_line (gunichar c)
{
  return c == 0x2028 || c == 0x2029;
}

gboolean
printable_char (gunichar c)
{
  return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0xfeff && !changes_direction (c)
         && !breaks_line (c);
}

static void
append_escaped (GString *out, gunichar c)
{
  if (c == '\n')
    g_string_append (out, "\\n");
  else if (c == '\t')
    g_string_append (out, "\\t");
  else if (c == '\r')
    g_string_append (out, "\\r");
  else if (c < 0x80)
    g_string_append_printf (out, "\\x%02x", c);
  else
    g_string_append_printf (out, "\\u{%x}", c);
}

/* Appends the first character of @text. Returns: how many bytes it has. */
static gsize
append_char (GString *out, const char *text, gsize length)
{
  if (*text == '\0')
    {
      g_string_append (out, "\\x00");
      return 1;
    }

  gunichar c = g_utf8_get_char_validated (text, (gssize) MIN (length, 6));
  if (c >= 0x110000)
    {
      g_string_append_printf (out, "\\x%02x", (guchar) *text);
      return 1;
    }
  if (!printable_char (c))
    append_escaped (out, c);
  else
    g_string_append_unichar (out, c);
  return (gsize) g_utf8_skip[(guchar) *text];
}

void
printable_append (GString *out, const char *text, gssize length)
{
  const char *end = text + (length < 0 ? strlen (text) : (gsize) length);

  while (text < end)
    text += append_char (out, text, (gsize) (end - text));
}

char *
printable_dup (const char *text)
{
  GString *out = g_string_new (NULL);

  printable_append (out, text, -1);
  return g_string_free (out, FALSE);
}

static guint
char_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
printable_width (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += char_width (g_utf8_get_char (text));
  return width;
}

/* The longest beginning of @text that takes at most @width columns. */
static gsize
bytes_within (const char *text, guint width, guint *taken)
{
  const char *at = text;

  *taken = 0;
  while (*at != '\0' && *taken + char_width (g_utf8_get_char (at)) <= width)
    {
      *taken += char_width (g_utf8_get_char (at));
      at = g_utf8_next_char (at);
    }
  return (gsize) (at - text);
}

void
printable_append_padded (GString *out, const char *text, guint width)
{
  guint taken;
  gsize n_bytes = bytes_within (text, width, &taken);

  if (text[n_bytes] != '\0' && width > 0)
    {
      n_bytes = bytes_within (text, width - 1, &taken);
      g_string_append_len (out, text, (gssize) n_bytes);
      g_string_append (out, "…");
      taken++;
    }
  else
    g_string_append_len (out, text, (gssize) n_bytes);
  for (; taken < width; taken++)
    g_string_append_c (out, ' ');
}

char *
printable_cut (const char *text, gssize length, guint width)
{
  gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;
  /* No character of more than six bytes, none narrower than a column but for
   * combining ones: a value of megabytes is not escaped only to be cut. */
  gsize n_seen = MIN (n_bytes, (gsize) width * 8 + 8);
  g_autoptr (GString) escaped = g_string_new (NULL);
  GString *out = g_string_new (NULL);

  printable_append (escaped, text, (gssize) n_seen);
  printable_append_padded (out, escaped->str,
                           MIN (width, printable_width (escaped->str)));
  return g_string_free (out, FALSE);
}
