/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON text (RFC 8259). What a terminal might act on is escaped, so the text is safe to
 * show; bytes that are no UTF-8 become U+FFFD.
 */
#include "config.h"

#include "report/json_printer.h"

#include "report/printable.h"

#include <math.h>
#include <string.h>

JsonPrinter
json_printer (GString *out)
{
  return (JsonPrinter){ .out = out, .line = { TRUE } };
}

static void
new_line (JsonPrinter *printer)
{
  g_string_append_c (printer->out, '\n');
  for (guint i = 0; i < printer->depth; i++)
    g_string_append (printer->out, "  ");
}

static void
append_char (GString *out, gunichar c)
{
  if (c == '"' || c == '\\')
    {
      g_string_append_c (out, '\\');
      g_string_append_c (out, (char) c);
    }
  else if (c == '\n')
    g_string_append (out, "\\n");
  else if (c == '\t')
    g_string_append (out, "\\t");
  else if (!printable_char (c))
    g_string_append_printf (out, "\\u%04x", c);
  else
    g_string_append_unichar (out, c);
}

static void
append_string (GString *out, const char *text, gsize length)
{
  g_string_append_c (out, '"');
  for (const char *at = text; at < text + length;)
    {
      gunichar c = g_utf8_get_char_validated (at, (gssize) MIN (6, text + length - at));
      gboolean is_valid = *at != '\0' && c < 0x110000;

      if (*at == '\0')
        g_string_append (out, "\\u0000");
      else if (is_valid)
        append_char (out, c);
      else
        g_string_append_unichar (out, 0xfffd);
      at += is_valid ? g_utf8_skip[(guchar) *at] : 1;
    }
  g_string_append_c (out, '"');
}

static void
begin_member (JsonPrinter *printer, const char *key)
{
  gboolean line = printer->line[printer->depth];

  if (printer->has_member[printer->depth])
    g_string_append (printer->out, line ? ", " : ",");
  if (!line)
    new_line (printer);
  printer->has_member[printer->depth] = TRUE;
  if (key == NULL)
    return;
  append_string (printer->out, key, strlen (key));
  g_string_append (printer->out, ": ");
}

static void
begin (JsonPrinter *printer, const char *key, JsonLayout layout, char bracket)
{
  begin_member (printer, key);
  g_string_append_c (printer->out, bracket);
  g_assert (printer->depth < JSON_MAX_DEPTH);
  gboolean in_line = printer->depth > 0 && printer->line[printer->depth];
  printer->depth++;
  printer->line[printer->depth] = in_line || layout == JSON_LINE;
  printer->has_member[printer->depth] = FALSE;
}

static void
end (JsonPrinter *printer, char bracket)
{
  gboolean line = printer->line[printer->depth];
  gboolean has_member = printer->has_member[printer->depth];

  printer->depth--;
  if (has_member && !line)
    new_line (printer);
  g_string_append_c (printer->out, bracket);
}

void
json_begin_object (JsonPrinter *printer, const char *key, JsonLayout layout)
{
  begin (printer, key, layout, '{');
}

void
json_end_object (JsonPrinter *printer)
{
  end (printer, '}');
}

void
json_begin_array (JsonPrinter *printer, const char *key, JsonLayout layout)
{
  begin (printer, key, layout, '[');
}

void
json_end_array (JsonPrinter *printer)
{
  end (printer, ']');
}

static void
append_token (JsonPrinter *printer, const char *key, const char *token)
{
  begin_member (printer, key);
  g_string_append (printer->out, token);
}

void
json_null (JsonPrinter *printer, const char *key)
{
  append_token (printer, key, "null");
}

void
json_boolean (JsonPrinter *printer, const char *key, gboolean value)
{
  append_token (printer, key, value ? "true" : "false");
}

void
json_integer (JsonPrinter *printer, const char *key, gint64 value)
{
  begin_member (printer, key);
  g_string_append_printf (printer->out, "%" G_GINT64_FORMAT, value);
}

/* The shortest digits that read back as the same number. */
void
json_double (JsonPrinter *printer, const char *key, double value)
{
  static const char *const FORMATS[] = { "%.15g", "%.16g", "%.17g" };
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    {
      json_string (printer, key,
                   value > 0   ? "Infinity"
                   : value < 0 ? "-Infinity"
                               : "NaN");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (FORMATS); i++)
    {
      g_ascii_formatd (text, sizeof text, FORMATS[i], value);
      double back = g_ascii_strtod (text, NULL);
      if (!(back < value) && !(back > value))
        break;
    }
  append_token (printer, key, text);
}

void
json_string (JsonPrinter *printer, const char *key, const char *text)
{
  if (text == NULL)
    json_null (printer, key);
  else
    json_string_length (printer, key, text, strlen (text));
}

void
json_string_length (JsonPrinter *printer, const char *key, const char *text, gsize length)
{
  begin_member (printer, key);
  append_string (printer->out, text, length);
}

/* In JSON text, what is no ASCII stands in strings only: it may be escaped anywhere. */
static void
append_json (GString *out, const char *text, gsize length)
{
  const char *end = text + length;

  for (const char *at = text; at < end; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c >= 0x7f && !printable_char (c))
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_unichar (out, c);
    }
}

static void
json_embedded (JsonPrinter *printer, const char *key, const TypeSpec *type,
               const Value *value, Arena *scratch)
{
  Value canonical;

  if (!type_parse (type, value->text.bytes, value->text.length, scratch, &canonical,
                   NULL))
    {
      json_string_length (printer, key, value->text.bytes, value->text.length);
      return;
    }
  begin_member (printer, key);
  append_json (printer->out, canonical.text.bytes, canonical.text.length);
}

void
json_value (JsonPrinter *printer, const char *key, const TypeSpec *type,
            const Value *value, Arena *scratch)
{
  if (value_is_null (value))
    json_null (printer, key);
  else if (type->base == COLUMN_TYPE_BOOLEAN)
    json_boolean (printer, key, value->integer != 0);
  else if (value->kind == VALUE_INTEGER)
    json_integer (printer, key, value->integer);
  else if (value->kind == VALUE_DOUBLE)
    json_double (printer, key, value->real);
  else if (type->base == COLUMN_TYPE_JSON)
    json_embedded (printer, key, type, value, scratch);
  else if (type->base == COLUMN_TYPE_BLOB)
    json_string (printer, key, type_format (type, value, scratch));
  else
    json_string_length (printer, key, value->text.bytes, value->text.length);
}
