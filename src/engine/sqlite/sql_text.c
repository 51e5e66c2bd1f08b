/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlText: names and values as SQLite reads them.
 */
#include "config.h"

#include "engine/sqlite/sql_text.h"

#include <string.h>

#include "model/number.h"

static void
append_quoted (GString *out, const char *text, gsize length, char quote)
{
  g_string_append_c (out, quote);
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (out, text[i]);
      if (text[i] == quote)
        g_string_append_c (out, quote);
    }
  g_string_append_c (out, quote);
}

void
sqlite_append_identifier (GString *out, const char *name)
{
  append_quoted (out, name, strlen (name), '"');
}

static void
append_blob (GString *out, const Value *value)
{
  g_string_append (out, "x'");
  for (gsize i = 0; i < value->text.length; i++)
    g_string_append_printf (out, "%02x", (guchar) value->text.bytes[i]);
  g_string_append_c (out, '\'');
}

/* A double without a point would be an integer. */
static void
append_double (GString *out, double real)
{
  char buffer[NUMBER_DOUBLE_SIZE];
  const char *text = number_format_double (real, buffer);

  g_string_append (out, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (out, ".0");
}

void
sqlite_append_literal (GString *out, const TypeSpec *type, const Value *value)
{
  char buffer[NUMBER_INTEGER_SIZE];

  switch (value->kind)
    {
    case VALUE_INTEGER:
      g_string_append (out, number_format_integer (value->integer, buffer));
      return;
    case VALUE_DOUBLE:
      append_double (out, value->real);
      return;
    case VALUE_TEXT:
      if (type->base == COLUMN_TYPE_BLOB)
        append_blob (out, value);
      else
        append_quoted (out, value->text.bytes, value->text.length, '\'');
      return;
    case VALUE_NULL:
    default:
      g_string_append (out, "NULL");
    }
}

const char *
sqlite_identifier (Arena *arena, const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);

  sqlite_append_identifier (out, name);
  return arena_strndup (arena, out->str, out->len);
}

const char *
sqlite_literal (Arena *arena, const TypeSpec *type, const Value *value)
{
  g_autoptr (GString) out = g_string_new (NULL);

  sqlite_append_literal (out, type, value);
  return arena_strndup (arena, out->str, out->len);
}
