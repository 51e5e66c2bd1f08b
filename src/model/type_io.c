/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types: writing, checking and comparing values, one row of a table a type.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "model/decimal.h"
#include "model/number.h"
#include "model/type.h"
#include "model/type_error.h"

static const char *
format_text (const Value *value, Arena *arena)
{
  return arena_strndup (arena, value->text.bytes, value->text.length);
}

static const char *
format_integer (const Value *value, Arena *arena)
{
  char buffer[NUMBER_INTEGER_SIZE];
  const char *text = number_format_integer (value->integer, buffer);

  return arena_strndup (arena, text, (gsize) (buffer + sizeof buffer - 1 - text));
}

static const char *
format_boolean (const Value *value, Arena *arena)
{
  (void) arena;
  return value->integer != 0 ? "true" : "false";
}

static const char *
format_double (const Value *value, Arena *arena)
{
  return number_format_double (value->real, arena_alloc (arena, NUMBER_DOUBLE_SIZE));
}

static const char *
format_blob (const Value *value, Arena *arena)
{
  static const char DIGITS[] = "0123456789abcdef";
  char *text = arena_alloc (arena, value->text.length * 2 + 3);

  text[0] = '0';
  text[1] = 'x';
  for (gsize i = 0; i < value->text.length; i++)
    {
      guchar byte = (guchar) value->text.bytes[i];

      text[2 + 2 * i] = DIGITS[byte >> 4];
      text[3 + 2 * i] = DIGITS[byte & 15];
    }
  return text;
}

static int
compare_text (const Value *a, const Value *b)
{
  gsize n = MIN (a->text.length, b->text.length);
  int order = n > 0 ? memcmp (a->text.bytes, b->text.bytes, n) : 0;

  if (order != 0)
    return order;
  return (a->text.length > b->text.length) - (a->text.length < b->text.length);
}

static int
compare_integer (const Value *a, const Value *b)
{
  return (a->integer > b->integer) - (a->integer < b->integer);
}

static int
compare_double (const Value *a, const Value *b)
{
  return (a->real > b->real) - (a->real < b->real);
}

static int
compare_decimal (const Value *a, const Value *b)
{
  Decimal x, y;

  if (!decimal_read (a->text.bytes, a->text.length, &x)
      || !decimal_read (b->text.bytes, b->text.length, &y))
    return compare_text (a, b);
  return decimal_compare (&x, &y);
}

/* The final Z sorts after the point of a fraction, so it must not take part. */
static int
compare_timestamptz (const Value *a, const Value *b)
{
  Value x = value_text (a->text.bytes, a->text.length - 1);
  Value y = value_text (b->text.bytes, b->text.length - 1);

  return compare_text (&x, &y);
}

typedef struct
{
  ValueKind kind;
  const char *(*format) (const Value *value, Arena *arena);
  int (*compare) (const Value *a, const Value *b);
} TypeClass;

static const TypeClass CLASSES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_VARCHAR] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_CHAR] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_INTEGER] = { VALUE_INTEGER, format_integer, compare_integer },
  [COLUMN_TYPE_BIGINT] = { VALUE_INTEGER, format_integer, compare_integer },
  [COLUMN_TYPE_DOUBLE] = { VALUE_DOUBLE, format_double, compare_double },
  [COLUMN_TYPE_DECIMAL] = { VALUE_TEXT, format_text, compare_decimal },
  [COLUMN_TYPE_BOOLEAN] = { VALUE_INTEGER, format_boolean, compare_integer },
  [COLUMN_TYPE_TIMESTAMP] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_TIMESTAMPTZ] = { VALUE_TEXT, format_text, compare_timestamptz },
  [COLUMN_TYPE_DATE] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_TIME] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_JSON] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_UUID] = { VALUE_TEXT, format_text, compare_text },
  [COLUMN_TYPE_BLOB] = { VALUE_TEXT, format_blob, compare_text },
  [COLUMN_TYPE_ENUM] = { VALUE_TEXT, format_text, compare_text },
};

ValueKind
type_value_kind (ColumnType type)
{
  return CLASSES[type].kind;
}

const char *
type_format (const TypeSpec *type, const Value *value, Arena *arena)
{
  return value_is_null (value) ? "null" : CLASSES[type->base].format (value, arena);
}

/* Whether a value of the right kind is canonical and fits: reading it back must not
 * change it.  Canonical text is borrowed, so this allocates next to nothing. */
static gboolean
check_text (const TypeSpec *type, const Value *value, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  Value canonical;

  if (!type_parse (type, value->text.bytes, value->text.length, scratch, &canonical,
                   error))
    return FALSE;
  return value_equal (value, &canonical)
         || type_refuse (type, value->text.bytes, value->text.length,
                         "it is not in canonical form", error);
}

static gboolean
check_range (ColumnType type, gint64 integer)
{
  gint64 min, max;

  return column_type_range (type, &min, &max) && integer >= min && integer <= max;
}

gboolean
type_check (const TypeSpec *type, const Value *value, GError **error)
{
  const TypeSpec big = { .base = COLUMN_TYPE_BIGINT };

  if (value_is_null (value))
    return TRUE;
  if (value->kind != CLASSES[type->base].kind)
    return type_refuse (type, "", 0, "it is a value of another kind", error);
  switch (value->kind)
    {
    case VALUE_INTEGER:
      return check_range (type->base, value->integer)
             || type_refuse_value (type, &big, value, "it is out of range", error);
    case VALUE_DOUBLE:
      return isfinite (value->real)
             || type_refuse_value (type, type, value, "it is not finite", error);
    case VALUE_TEXT:
    case VALUE_NULL:
    default:
      return type->base == COLUMN_TYPE_BLOB || check_text (type, value, error);
    }
}

int
type_compare (const TypeSpec *type, const Value *a, const Value *b)
{
  return CLASSES[type->base].compare (a, b);
}
