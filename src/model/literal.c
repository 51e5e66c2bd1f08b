/* SPDX-License-Identifier: Apache-2.0
 *
 * Literal: from a scalar of the file to a value of its column.
 */
#include "config.h"

#include "model/literal.h"

#include <string.h>

#include "model/error.h"

gboolean
literal_is_null (const Literal *literal)
{
  if (!literal->plain || literal->binary)
    return FALSE;
  return literal->length == 0 || (literal->length == 1 && literal->text[0] == '~')
         || (literal->length == 4 && memcmp (literal->text, "null", 4) == 0);
}

gboolean
literal_equal (const Literal *a, const Literal *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0
         && a->binary == b->binary && literal_is_null (a) == literal_is_null (b);
}

/* Base64 without the white space it may be folded with.  Returns: NULL if it is not
 * base64: GLib's own decoder skips what it does not know */
static GString *
base64_compact (const char *text, gsize length)
{
  g_autoptr (GString) compact = g_string_sized_new (length);
  gsize n_padding = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isspace (text[i]))
        continue;
      if (text[i] == '=')
        n_padding++;
      else if (n_padding > 0
               || !(g_ascii_isalnum (text[i]) || text[i] == '+' || text[i] == '/'))
        return NULL;
      g_string_append_c (compact, text[i]);
    }
  return n_padding <= 2 && compact->len % 4 == 0 ? g_steal_pointer (&compact) : NULL;
}

static gboolean
resolve_binary (const Literal *literal, const TypeSpec *type, Arena *arena, Value *value,
                GError **error)
{
  g_autoptr (GString) compact = NULL;
  gsize length = 0;

  if (type->base != COLUMN_TYPE_BLOB)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION,
                   "a !!binary value wants a BLOB column, not %s",
                   column_type_to_string (type->base));
      return FALSE;
    }
  compact = base64_compact (literal->text, literal->length);
  if (compact == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION,
                   "the text of a !!binary value is not base64");
      return FALSE;
    }
  if (compact->len > 0)
    g_base64_decode_inplace (compact->str, &length);
  *value = value_text (arena_strndup (arena, compact->str, length), length);
  return TRUE;
}

gboolean
literal_resolve (const Literal *literal, const TypeSpec *type, Arena *arena, Value *value,
                 GError **error)
{
  if (literal_is_null (literal))
    {
      *value = VALUE_NULL_INIT;
      return TRUE;
    }
  if (literal->binary)
    return resolve_binary (literal, type, arena, value, error);
  return type_parse (type, literal->text, literal->length, arena, value, error);
}
