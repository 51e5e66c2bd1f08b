/* SPDX-License-Identifier: Apache-2.0
 *
 * Casts: which pairs of types have one, and what it does.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "model/decimal.h"
#include "model/number.h"
#include "model/timestamp.h"
#include "model/type.h"
#include "model/type_error.h"

typedef gboolean (*CastFunc) (const TypeSpec *from, const TypeSpec *to,
                              const Value *value, Arena *arena, Value *result,
                              GError **error);

static gboolean
cast_same (const TypeSpec *from, const TypeSpec *to, const Value *value, Arena *arena,
           Value *result, GError **error)
{
  (void) from, (void) to, (void) arena, (void) error;
  *result = *value;
  return TRUE;
}

/* Reads the canonical text as the other type.  It serves more than text: a DECIMAL to
 * DOUBLE, or to a DECIMAL of other sizes, is that too. */
static gboolean
cast_text (const TypeSpec *from, const TypeSpec *to, const Value *value, Arena *arena,
           Value *result, GError **error)
{
  (void) from;
  return type_parse (to, value->text.bytes, value->text.length, arena, result, error);
}

static gboolean
cast_through_text (const TypeSpec *from, const TypeSpec *to, const Value *value,
                   Arena *arena, Value *result, GError **error)
{
  const char *text = type_format (from, value, arena);

  return type_parse (to, text, strlen (text), arena, result, error);
}

static gboolean
cast_integer (const TypeSpec *from, const TypeSpec *to, const Value *value, Arena *arena,
              Value *result, GError **error)
{
  (void) from, (void) arena;
  *result = *value;
  return type_check (to, value, error);
}

static gboolean
cast_integer_to_double (const TypeSpec *from, const TypeSpec *to, const Value *value,
                        Arena *arena, Value *result, GError **error)
{
  (void) from, (void) to, (void) arena, (void) error;
  *result = value_double ((double) value->integer);
  return TRUE;
}

static gboolean
cast_double_to_integer (const TypeSpec *from, const TypeSpec *to, const Value *value,
                        Arena *arena, Value *result, GError **error)
{
  (void) arena;
  if (value->real != floor (value->real))
    return type_refuse_value (to, from, value, "it has a fraction", error);
  /* The first double that no 64-bit integer reaches. */
  if (value->real >= 9223372036854775808.0 || value->real < -9223372036854775808.0)
    return type_refuse_value (to, from, value, "it is out of range", error);
  *result = value_integer ((gint64) value->real);
  return type_check (to, result, error);
}

static gboolean
cast_double_to_decimal (const TypeSpec *from, const TypeSpec *to, const Value *value,
                        Arena *arena, Value *result, GError **error)
{
  g_autoptr (GString) expanded = g_string_new (NULL);
  const char *text = type_format (from, value, arena);
  Value plain;

  decimal_expand (text, strlen (text), expanded);
  plain = value_text (arena_strdup (arena, expanded->str), expanded->len);
  return cast_text (from, to, &plain, arena, result, error);
}

static gboolean
cast_decimal_to_integer (const TypeSpec *from, const TypeSpec *to, const Value *value,
                         Arena *arena, Value *result, GError **error)
{
  const char *point = memchr (value->text.bytes, '.', value->text.length);
  Decimal decimal;

  if (!decimal_read (value->text.bytes, value->text.length, &decimal)
      || decimal.n_fraction > 0)
    return type_refuse_value (to, from, value, "it has a fraction", error);
  return type_parse (to, value->text.bytes,
                     point != NULL ? (gsize) (point - value->text.bytes)
                                   : value->text.length,
                     arena, result, error);
}

static gboolean
cast_timestamp_to_utc (const TypeSpec *from, const TypeSpec *to, const Value *value,
                       Arena *arena, Value *result, GError **error)
{
  gsize length = value->text.length;
  char *text = arena_alloc (arena, length + 2);

  (void) from, (void) to, (void) error;
  memcpy (text, value->text.bytes, length);
  text[length] = 'Z';
  *result = value_text (text, length + 1);
  return TRUE;
}

static gboolean
cast_timestamp_from_utc (const TypeSpec *from, const TypeSpec *to, const Value *value,
                         Arena *arena, Value *result, GError **error)
{
  (void) from, (void) to, (void) arena, (void) error;
  *result = value_text (value->text.bytes, value->text.length - 1);
  return TRUE;
}

#define DATE_LENGTH (sizeof "2026-11-22" - 1)

static gboolean
cast_timestamp_to_date (const TypeSpec *from, const TypeSpec *to, const Value *value,
                        Arena *arena, Value *result, GError **error)
{
  (void) from, (void) to, (void) arena, (void) error;
  *result = value_text (value->text.bytes, DATE_LENGTH);
  return TRUE;
}

static gboolean
cast_timestamp_to_time (const TypeSpec *from, const TypeSpec *to, const Value *value,
                        Arena *arena, Value *result, GError **error)
{
  gsize skip = DATE_LENGTH + 1;

  (void) from, (void) to, (void) arena, (void) error;
  *result = value_text (value->text.bytes + skip, value->text.length - skip);
  return TRUE;
}

static gboolean
cast_date_to_timestamp (const TypeSpec *from, const TypeSpec *to, const Value *value,
                        Arena *arena, Value *result, GError **error)
{
  (void) from, (void) to, (void) error;
  *result = value_string (
      arena_printf (arena, "%.*sT00:00:00", (int) value->text.length, value->text.bytes));
  return TRUE;
}

#define BIT(type) (1u << COLUMN_TYPE_##type)
#define TEXTS (BIT (TEXT) | BIT (VARCHAR) | BIT (CHAR) | BIT (ENUM))
#define INTEGERS (BIT (INTEGER) | BIT (BIGINT))
#define ANY ((1u << N_COLUMN_TYPES) - 1)

/* The first row that has both types counts. */
static const struct
{
  guint from, to; /* sets of types */
  CastFunc cast;
} CASTS[] = {
  { TEXTS, ANY, cast_text },
  { ANY, TEXTS, cast_through_text },
  { INTEGERS | BIT (BOOLEAN), INTEGERS | BIT (BOOLEAN), cast_integer },
  { INTEGERS, BIT (DOUBLE), cast_integer_to_double },
  { INTEGERS, BIT (DECIMAL), cast_through_text },
  { BIT (DECIMAL), INTEGERS, cast_decimal_to_integer },
  { BIT (DECIMAL), BIT (DECIMAL) | BIT (DOUBLE), cast_text },
  { BIT (DOUBLE), INTEGERS, cast_double_to_integer },
  { BIT (DOUBLE), BIT (DECIMAL), cast_double_to_decimal },
  { BIT (TIMESTAMP), BIT (TIMESTAMPTZ), cast_timestamp_to_utc },
  { BIT (TIMESTAMPTZ), BIT (TIMESTAMP), cast_timestamp_from_utc },
  { BIT (TIMESTAMP), BIT (DATE), cast_timestamp_to_date },
  { BIT (TIMESTAMP), BIT (TIME), cast_timestamp_to_time },
  { BIT (DATE), BIT (TIMESTAMP), cast_date_to_timestamp },
};

static CastFunc
find_cast (ColumnType from, ColumnType to)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASTS); i++)
    if ((CASTS[i].from >> from & 1) != 0 && (CASTS[i].to >> to & 1) != 0)
      return CASTS[i].cast;
  return from == to ? cast_same : NULL;
}

gboolean
type_cast_exists (ColumnType from, ColumnType to)
{
  return find_cast (from, to) != NULL;
}

gboolean
type_cast (const TypeSpec *from, const TypeSpec *to, const Value *value, Arena *arena,
           Value *result, GError **error)
{
  CastFunc cast = find_cast (from->base, to->base);

  if (value_is_null (value))
    {
      *result = *value;
      return TRUE;
    }
  if (cast == NULL)
    return type_refuse_value (to, from, value, "there is no such cast", error);
  return cast (from, to, value, arena, result, error);
}
