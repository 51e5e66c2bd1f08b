/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types: reading, writing, checking and comparing values, one row of a table a
 * type.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "model/decimal.h"
#include "model/error.h"
#include "model/json_text.h"
#include "model/number.h"
#include "model/text.h"
#include "model/timestamp.h"
#include "model/type.h"
#include "model/type_error.h"

/* A reader of one type.  Returns: NULL, or why @text is no such value; "" when there is
 * nothing to say but what was expected.  A problem may be made in the arena. */
typedef const char *(*ParseFunc) (const TypeSpec *type, const char *text, gsize length,
                                  Arena *arena, Value *value);

/* A canonical text for @value, in a buffer that is written to or in the arena. */
static Value
keep (const char *canonical, gsize n, const char *text, gsize length, Arena *arena)
{
  if (n == length && memcmp (canonical, text, n) == 0)
    return value_text (text, length);
  return value_text (arena_strndup (arena, canonical, n), n);
}

static const char *
parse_text (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  gsize n_characters;

  if (!text_is_valid (text, length))
    return text_problem (text, length);
  if (type->base == COLUMN_TYPE_CHAR)
    length = text_chomp (text, length);
  n_characters = text_characters (text, length);
  if (type->length > 0 && n_characters > type->length)
    return arena_printf (arena, "it has %" G_GSIZE_FORMAT " characters", n_characters);
  *value = value_text (text, length);
  return NULL;
}

static const char *
parse_enum (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  const char *const *values = type->values;

  (void) arena;
  for (; values != NULL && *values != NULL; values++)
    if (strlen (*values) == length && memcmp (*values, text, length) == 0)
      {
        *value = value_text (text, length);
        return NULL;
      }
  return "";
}

/* What each whole number type holds. */
static const struct
{
  gint64 min, max;
} RANGES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_INTEGER] = { G_MININT32, G_MAXINT32 },
  [COLUMN_TYPE_BIGINT] = { G_MININT64, G_MAXINT64 },
  [COLUMN_TYPE_BOOLEAN] = { 0, 1 },
};

static gboolean
in_range (const TypeSpec *type, gint64 integer)
{
  return integer >= RANGES[type->base].min && integer <= RANGES[type->base].max;
}

static const char *
parse_integer (const TypeSpec *type, const char *text, gsize length, Arena *arena,
               Value *value)
{
  gint64 integer = 0;
  NumberResult result = number_parse_integer (text, length, &integer);

  if (result == NUMBER_MALFORMED)
    return "";
  if (result == NUMBER_OUT_OF_RANGE || !in_range (type, integer))
    return arena_printf (arena, "it goes from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                         RANGES[type->base].min, RANGES[type->base].max);
  *value = value_integer (integer);
  return NULL;
}

static const char *
parse_double (const TypeSpec *type, const char *text, gsize length, Arena *arena,
              Value *value)
{
  double real = 0.0;
  NumberResult result = number_parse_double (text, length, &real);

  (void) type, (void) arena;
  if (result == NUMBER_MALFORMED)
    return "";
  if (result == NUMBER_OUT_OF_RANGE)
    return "it is out of range";
  *value = value_double (real);
  return NULL;
}

static const char *
parse_decimal (const TypeSpec *type, const char *text, gsize length, Arena *arena,
               Value *value)
{
  Decimal decimal;
  const char *problem;

  if (!decimal_read (text, length, &decimal))
    return "";
  problem = decimal_problem (&decimal, type->precision, type->scale);
  if (problem == NULL)
    *value = decimal_write (&decimal, type->precision, type->scale, text, length, arena);
  return problem;
}

static const struct
{
  const char *word;
  gint64 value;
} BOOLEAN_WORDS[] = {
  { "true", 1 }, { "false", 0 }, { "yes", 1 }, { "no", 0 },
  { "on", 1 },   { "off", 0 },   { "1", 1 },   { "0", 0 },
};

static const char *
parse_boolean (const TypeSpec *type, const char *text, gsize length, Arena *arena,
               Value *value)
{
  (void) type, (void) arena;
  for (guint i = 0; i < G_N_ELEMENTS (BOOLEAN_WORDS); i++)
    if (strlen (BOOLEAN_WORDS[i].word) == length
        && g_ascii_strncasecmp (text, BOOLEAN_WORDS[i].word, length) == 0)
      {
        *value = value_integer (BOOLEAN_WORDS[i].value);
        return NULL;
      }
  return "";
}

static const char *
parse_timestamp (const TypeSpec *type, const char *text, gsize length, Arena *arena,
                 Value *value)
{
  char buffer[TIMESTAMP_SIZE];
  Timestamp timestamp;
  const char *problem = timestamp_read (text, length, &timestamp);

  if (problem == NULL && type->base == COLUMN_TYPE_TIMESTAMPTZ)
    problem = timestamp_to_utc (&timestamp);
  else if (problem == NULL && timestamp.has_zone)
    problem = "it has no zone; TIMESTAMPTZ has";
  if (problem == NULL)
    *value = keep (buffer, timestamp_write (&timestamp, buffer), text, length, arena);
  return problem;
}

static const char *
parse_date (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  Timestamp date;
  const char *problem = timestamp_read_date (text, length, &date);

  (void) type, (void) arena;
  /* What reads as a date is canonical. */
  if (problem == NULL)
    *value = value_text (text, length);
  return problem;
}

static const char *
parse_time (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  char buffer[TIMESTAMP_SIZE];
  Timestamp time;
  const char *problem = timestamp_read_time (text, length, &time);

  (void) type;
  if (problem == NULL)
    *value = keep (buffer, timestamp_write_time (&time, buffer), text, length, arena);
  return problem;
}

static const char *
parse_json (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  g_autoptr (GString) canonical = g_string_sized_new (length);
  const char *problem = json_text_canonical (text, length, canonical);

  (void) type;
  if (problem == NULL)
    *value = keep (canonical->str, canonical->len, text, length, arena);
  return problem;
}

#define UUID_LENGTH 36

static const char *
parse_uuid (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  char canonical[UUID_LENGTH];

  (void) type;
  if (length != UUID_LENGTH)
    return "";
  for (guint i = 0; i < UUID_LENGTH; i++)
    {
      gboolean is_hyphen = i == 8 || i == 13 || i == 18 || i == 23;

      if (is_hyphen ? text[i] != '-' : !g_ascii_isxdigit (text[i]))
        return "";
      canonical[i] = g_ascii_tolower (text[i]);
    }
  *value = keep (canonical, UUID_LENGTH, text, length, arena);
  return NULL;
}

static const char *
parse_blob (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value)
{
  char *bytes;

  (void) type;
  if (length < 2 || length % 2 != 0 || text[0] != '0' || text[1] != 'x')
    return "bytes are written as 0x and pairs of hexadecimal digits";
  for (gsize i = 2; i < length; i++)
    if (!g_ascii_isxdigit (text[i]))
      return "bytes are written as 0x and pairs of hexadecimal digits";
  bytes = arena_alloc (arena, length / 2);
  for (gsize i = 2; i < length; i += 2)
    bytes[i / 2 - 1] = (char) (g_ascii_xdigit_value (text[i]) << 4
                               | g_ascii_xdigit_value (text[i + 1]));
  *value = value_text (bytes, length / 2 - 1);
  return NULL;
}

static const char *
format_text (const Value *value, Arena *arena)
{
  return arena_strndup (arena, value->text.bytes, value->text.length);
}

static const char *
format_integer (const Value *value, Arena *arena)
{
  return arena_printf (arena, "%" G_GINT64_FORMAT, value->integer);
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
  ParseFunc parse;
  const char *(*format) (const Value *value, Arena *arena);
  int (*compare) (const Value *a, const Value *b);
} TypeClass;

static const TypeClass CLASSES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = { VALUE_TEXT, parse_text, format_text, compare_text },
  [COLUMN_TYPE_VARCHAR] = { VALUE_TEXT, parse_text, format_text, compare_text },
  [COLUMN_TYPE_CHAR] = { VALUE_TEXT, parse_text, format_text, compare_text },
  [COLUMN_TYPE_INTEGER]
  = { VALUE_INTEGER, parse_integer, format_integer, compare_integer },
  [COLUMN_TYPE_BIGINT]
  = { VALUE_INTEGER, parse_integer, format_integer, compare_integer },
  [COLUMN_TYPE_DOUBLE] = { VALUE_DOUBLE, parse_double, format_double, compare_double },
  [COLUMN_TYPE_DECIMAL] = { VALUE_TEXT, parse_decimal, format_text, compare_decimal },
  [COLUMN_TYPE_BOOLEAN]
  = { VALUE_INTEGER, parse_boolean, format_boolean, compare_integer },
  [COLUMN_TYPE_TIMESTAMP] = { VALUE_TEXT, parse_timestamp, format_text, compare_text },
  [COLUMN_TYPE_TIMESTAMPTZ]
  = { VALUE_TEXT, parse_timestamp, format_text, compare_timestamptz },
  [COLUMN_TYPE_DATE] = { VALUE_TEXT, parse_date, format_text, compare_text },
  [COLUMN_TYPE_TIME] = { VALUE_TEXT, parse_time, format_text, compare_text },
  [COLUMN_TYPE_JSON] = { VALUE_TEXT, parse_json, format_text, compare_text },
  [COLUMN_TYPE_UUID] = { VALUE_TEXT, parse_uuid, format_text, compare_text },
  [COLUMN_TYPE_BLOB] = { VALUE_TEXT, parse_blob, format_blob, compare_text },
  [COLUMN_TYPE_ENUM] = { VALUE_TEXT, parse_enum, format_text, compare_text },
};

gboolean
type_refuse (const TypeSpec *type, const char *bytes, gsize length, const char *problem,
             GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  const char *name = type_spec_to_string (type, scratch);
  g_autofree char *excerpt = text_excerpt (bytes, length);
  gboolean has_problem = problem != NULL && *problem != '\0';

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "expected %s %s, got %s%s%s",
               *name == 'I' || *name == 'E' ? "an" : "a", name, excerpt,
               has_problem ? ": " : "", has_problem ? problem : "");
  return FALSE;
}

gboolean
type_refuse_value (const TypeSpec *type, const TypeSpec *from, const Value *value,
                   const char *problem, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  const char *text = type_format (from, value, scratch);

  return type_refuse (type, text, strlen (text), problem, error);
}

ValueKind
type_value_kind (ColumnType type)
{
  return CLASSES[type].kind;
}

gboolean
type_parse (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value, GError **error)
{
  const char *problem = CLASSES[type->base].parse (type, text, length, arena, value);

  return problem == NULL || type_refuse (type, text, length, problem, error);
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
      return in_range (type, value->integer)
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
