/* SPDX-License-Identifier: Apache-2.0
 *
 * One line of a file and a caret, cut to a width that a terminal shows.
 */
#include "config.h"

#include "report/excerpt.h"

#include "model/text.h"
#include "report/printable.h"
#include "report/style.h"

#include <string.h>

#define EXCERPT_WIDTH 72u
#define EXCERPT_BEFORE 48u /* columns kept before the caret of a long line */
#define TAB_WIDTH 4u

static const char UTF8_BOM[] = "\xef\xbb\xbf";

SourceText
source_text (GBytes *source)
{
  SourceText text = { 0 };

  if (source == NULL)
    return text;
  text.bytes = g_bytes_get_data (source, &text.length);
  return text;
}

/* How long the line at @offset is, its break apart. */
static gsize
line_length (const SourceText *text, gsize offset, gsize *break_length)
{
  gsize at = offset;

  *break_length = 0;
  for (; at < text->length; at++)
    if ((*break_length = text_line_break_length (text->bytes + at, text->length - at))
        > 0)
      break;
  return at - offset;
}

/* What is known of the line before is not true of line @line. */
static void
begin_line (SourceText *text, guint line)
{
  text->line = line;
  text->has_length = FALSE;
  text->n_chars = 0;
  text->n_bytes = 0;
}

static void
rewind_text (SourceText *text)
{
  begin_line (text, 1);
  text->offset = text->length >= 3 && memcmp (text->bytes, UTF8_BOM, 3) == 0 ? 3 : 0;
}

/* Goes to line @line. Returns: FALSE when the text has fewer lines. */
static gboolean
seek_line (SourceText *text, guint line)
{
  gsize break_length;

  if (text->line == 0 || line < text->line)
    rewind_text (text);
  while (text->line < line)
    {
      gsize length = line_length (text, text->offset, &break_length);

      if (break_length == 0)
        return FALSE;
      text->offset += length + break_length;
      begin_line (text, text->line + 1);
    }
  return text->offset < text->length;
}

static gsize
char_length (const char *at, const char *end)
{
  gunichar c = g_utf8_get_char_validated (at, (gssize) MIN (6, end - at));

  return *at != '\0' && c < 0x110000 ? (gsize) g_utf8_skip[(guchar) *at] : 1;
}

static void
append_shown_char (GString *out, const char *at, gsize n_bytes)
{
  if (*at == '\t')
    g_string_append_printf (out, "%*s", (int) TAB_WIDTH, "");
  else
    printable_append (out, at, (gssize) n_bytes);
}

/* The length of the line that was found. */
static gsize
measure_line (SourceText *text)
{
  gsize break_length;

  if (!text->has_length)
    text->line_length = line_length (text, text->offset, &break_length);
  text->has_length = TRUE;
  return text->line_length;
}

/* Where character @n (from 0) of that line begins, or its end; it goes on from where the
 * last one was. */
static const char *
skip_chars (SourceText *text, guint n)
{
  const char *line = text->bytes + text->offset;
  const char *end = line + measure_line (text);

  if (n < text->n_chars)
    text->n_chars = text->n_bytes = 0;
  for (; text->n_chars < n && line + text->n_bytes < end; text->n_chars++)
    text->n_bytes += char_length (line + text->n_bytes, end);
  return line + text->n_bytes;
}

/* Shows the line that was found, or of a long one the part around character @place (from
 * 0). Returns: the column of that character */
static guint
show_line (GString *out, SourceText *text, guint place)
{
  gsize length = measure_line (text);
  const char *end = text->bytes + text->offset + length;
  guint n = length > EXCERPT_WIDTH && place > EXCERPT_BEFORE ? place - EXCERPT_BEFORE : 0;
  const char *at = skip_chars (text, n);
  guint caret = 0;

  if (n > 0)
    g_string_append (out, "…");
  for (; at < end && n <= place + EXCERPT_WIDTH; n++)
    {
      gsize n_bytes = char_length (at, end);

      if (n == place)
        caret = printable_width (out->str);
      append_shown_char (out, at, n_bytes);
      at += n_bytes;
    }
  if (n <= place)
    caret = printable_width (out->str);
  g_autofree char *cut
      = printable_cut (out->str, (gssize) out->len, MAX (EXCERPT_WIDTH, caret + 8));
  g_string_assign (out, cut);
  return caret;
}

static void
append_gutter (GString *out, gboolean color, const char *number)
{
  g_autofree char *gutter = g_strdup_printf ("%5s | ", number);

  style_append (out, color, ROLE_FAINT, gutter);
}

void
excerpt_append (GString *out, SourceText *text, const Location *location, gboolean color)
{
  if (text->bytes == NULL || location->line == 0 || !seek_line (text, location->line))
    return;

  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree char *number = g_strdup_printf ("%u", location->line);
  guint caret = show_line (shown, text, MAX (location->column, 1) - 1);

  append_gutter (out, color, number);
  g_string_append (out, shown->str);
  g_string_append_c (out, '\n');
  if (location->column == 0)
    return;
  append_gutter (out, color, "");
  g_string_append_printf (out, "%*s", (int) caret, "");
  style_append (out, color, ROLE_ERROR, "^");
  g_string_append_c (out, '\n');
}
