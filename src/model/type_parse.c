/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types: reading values, one parser a type.
 */
#include "config.h"

#include <string.h>

#include "model/decimal.h"
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

/* Returns: the canonical text, borrowed from @text where that is the same */
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
  if (!text_is_valid (text, length))
    return text_problem (text, length);
  if (type->base == COLUMN_TYPE_CHAR)
    length = text_chomp (text, length);
  /* No text has more characters than bytes. */
  if (type->length > 0 && length > type->length
      && text_characters (text, length) > type->length)
    return arena_printf (arena, "it has %" G_GSIZE_FORMAT " characters",
                         text_characters (text, length));
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

static const char *
parse_integer (const TypeSpec *type, const char *text, gsize length, Arena *arena,
               Value *value)
{
  gint64 integer = 0, min, max;
  NumberResult result = number_parse_integer (text, length, &integer);

  if (result == NUMBER_MALFORMED)
    return "";
  column_type_range (type->base, &min, &max);
  if (result == NUMBER_OUT_OF_RANGE || integer < min || integer > max)
    return arena_printf (arena, "it goes from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                         min, max);
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

static const ParseFunc PARSERS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = parse_text,           [COLUMN_TYPE_VARCHAR] = parse_text,
  [COLUMN_TYPE_CHAR] = parse_text,           [COLUMN_TYPE_INTEGER] = parse_integer,
  [COLUMN_TYPE_BIGINT] = parse_integer,      [COLUMN_TYPE_DOUBLE] = parse_double,
  [COLUMN_TYPE_DECIMAL] = parse_decimal,     [COLUMN_TYPE_BOOLEAN] = parse_boolean,
  [COLUMN_TYPE_TIMESTAMP] = parse_timestamp, [COLUMN_TYPE_TIMESTAMPTZ] = parse_timestamp,
  [COLUMN_TYPE_DATE] = parse_date,           [COLUMN_TYPE_TIME] = parse_time,
  [COLUMN_TYPE_JSON] = parse_json,           [COLUMN_TYPE_UUID] = parse_uuid,
  [COLUMN_TYPE_BLOB] = parse_blob,           [COLUMN_TYPE_ENUM] = parse_enum,
};

gboolean
type_parse (const TypeSpec *type, const char *text, gsize length, Arena *arena,
            Value *value, GError **error)
{
  const char *problem = PARSERS[type->base](type, text, length, arena, value);

  return problem == NULL || type_refuse (type, text, length, problem, error);
}
