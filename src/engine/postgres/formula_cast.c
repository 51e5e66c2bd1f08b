/* SPDX-License-Identifier: Apache-2.0
 *
 * Casts as SQL: the pairs of model/type_cast.c, the texts of model/type_parse.c.
 */
#include "config.h"

#include "engine/postgres/formula_stage.h"
#include "engine/postgres/sql_text.h"

typedef void (*ParseFunc) (Formula *formula, const TypeSpec *type);

static void
parse_text (Formula *formula, const TypeSpec *type)
{
  const char *v;

  if (type->base == COLUMN_TYPE_CHAR)
    formula_set (formula, "rtrim(%s, ' ')", formula->value);
  if (type->length == 0)
    return;
  v = formula_settle (formula);
  formula_convert (formula,
                   arena_printf (formula->arena, "length(%s) <= %u", v, type->length), v);
}

static void
parse_enum (Formula *formula, const TypeSpec *type)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const char *const *values = type->values;
  const char *v = formula_settle (formula);

  for (; values != NULL && *values != NULL; values++)
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
                            postgres_text_literal (formula->arena, *values));
  formula_convert (
      formula,
      list->len > 0 ? arena_printf (formula->arena, "%s IN (%s)", v, list->str) : "false",
      v);
}

/* "BETWEEN -2147483648 AND 2147483647" */
static const char *
between (Arena *arena, ColumnType type)
{
  gint64 min, max;

  column_type_range (type, &min, &max);
  return arena_printf (arena, "BETWEEN %" G_GINT64_FORMAT " AND %" G_GINT64_FORMAT, min,
                       max);
}

static void
parse_integer (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula_settle (formula);

  formula_convert (formula,
                   arena_printf (arena,
                                 "CASE WHEN %1$s ~ '^[-+]?0*[0-9]{1,19}$' THEN"
                                 " %1$s::numeric %2$s ELSE false END",
                                 v, between (arena, type->base)),
                   arena_printf (arena, "%s::%s", v, postgres_base_type (type->base)));
}

static const char CAPITALS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char SMALL[] = "abcdefghijklmnopqrstuvwxyz";

static void
parse_boolean (Formula *formula, const TypeSpec *type)
{
  const char *v;

  (void) type;
  formula_set (formula, "translate(%s, '%s', '%s')", formula->value, CAPITALS, SMALL);
  v = formula_settle (formula);
  formula_convert (formula,
                   arena_printf (formula->arena,
                                 "%s IN ('true', 'yes', 'on', '1',"
                                 " 'false', 'no', 'off', '0')",
                                 v),
                   arena_printf (formula->arena, "%s IN ('true', 'yes', 'on', '1')", v));
}

static void
parse_uuid (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);

  (void) type;
  formula_convert (formula,
                   arena_printf (formula->arena,
                                 "%s ~ '^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}"
                                 "-[0-9A-Fa-f]{12}$'",
                                 v),
                   arena_printf (formula->arena, "%s::uuid", v));
}

static void
parse_blob (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);

  (void) type;
  formula_convert (formula,
                   arena_printf (formula->arena, "%s ~ '^0x(?:[0-9A-Fa-f]{2})*$'", v),
                   arena_printf (formula->arena, "decode(substr(%s, 3), 'hex')", v));
}

static const ParseFunc PARSERS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = parse_text,
  [COLUMN_TYPE_VARCHAR] = parse_text,
  [COLUMN_TYPE_CHAR] = parse_text,
  [COLUMN_TYPE_INTEGER] = parse_integer,
  [COLUMN_TYPE_BIGINT] = parse_integer,
  [COLUMN_TYPE_DOUBLE] = formula_parse_double,
  [COLUMN_TYPE_DECIMAL] = formula_parse_decimal,
  [COLUMN_TYPE_BOOLEAN] = parse_boolean,
  [COLUMN_TYPE_TIMESTAMP] = formula_parse_timestamp,
  [COLUMN_TYPE_TIMESTAMPTZ] = formula_parse_timestamptz,
  [COLUMN_TYPE_DATE] = formula_parse_date,
  [COLUMN_TYPE_TIME] = formula_parse_time,
  [COLUMN_TYPE_JSON] = formula_parse_json,
  [COLUMN_TYPE_UUID] = parse_uuid,
  [COLUMN_TYPE_BLOB] = parse_blob,
  [COLUMN_TYPE_ENUM] = parse_enum,
};

/* What a value is, of what the native type holds: the text around a settled operand. */
static const struct
{
  const char *before, *after;
} IS_VALUE[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_DOUBLE] = { "abs(", ") < 'infinity'::double precision" },
  /* NaN and infinity have none.  Versions before 14 cannot write the second. */
  [COLUMN_TYPE_DECIMAL] = { "scale(", ") IS NOT NULL" },
  [COLUMN_TYPE_TIMESTAMP] = { "", " BETWEEN '0001-01-01 00:00:00'::timestamp"
                                  " AND '9999-12-31 23:59:59.999999'::timestamp" },
  [COLUMN_TYPE_TIMESTAMPTZ] = { "", " BETWEEN '0001-01-01 00:00:00+00'::timestamptz"
                                    " AND '9999-12-31 23:59:59.999999+00'::timestamptz" },
  [COLUMN_TYPE_DATE] = { "", " BETWEEN '0001-01-01'::date AND '9999-12-31'::date" },
  [COLUMN_TYPE_TIME] = { "", " < '24:00:00'::time" },
};

void
formula_read (Formula *formula, const TypeSpec *type)
{
  const char *v = formula->value;

  if (type->base == COLUMN_TYPE_CHAR)
    formula_set (formula, "rtrim(%s::text COLLATE \"C\", ' ')", v);
  else if (column_type_is_text (type->base))
    formula_set (formula, "(%s::text COLLATE \"C\")", v);
  else if (IS_VALUE[type->base].before != NULL)
    formula_convert (formula,
                     arena_printf (formula->arena, "%s%s%s", IS_VALUE[type->base].before,
                                   v, IS_VALUE[type->base].after),
                     v);
}

/* The text around a value that makes it canonical text. */
static const struct
{
  const char *before, *after;
} FORMATS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_INTEGER] = { "", "::text" },
  [COLUMN_TYPE_BIGINT] = { "", "::text" },
  [COLUMN_TYPE_BOOLEAN] = { "", "::text" },
  [COLUMN_TYPE_UUID] = { "", "::text" },
  [COLUMN_TYPE_BLOB] = { "'0x' || encode(", ", 'hex')" },
  /* No style has another text of a time. */
  [COLUMN_TYPE_TIME] = { "", "::text" },
  [COLUMN_TYPE_DATE] = { "to_char(", "::timestamp, 'YYYY-MM-DD')" },
  [COLUMN_TYPE_TIMESTAMP]
  = { "rtrim(rtrim(to_char(", ", 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '0'), '.')" },
  [COLUMN_TYPE_TIMESTAMPTZ]
  = { "rtrim(rtrim(to_char(",
      " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), '0'), '.') || 'Z'" },
  /* Outside of strings jsonb writes spaces. */
  [COLUMN_TYPE_JSON]
  = { "regexp_replace(",
      "::text, E'(\"(?:[^\"\\\\\\\\]|\\\\\\\\.)*\")| ', E'\\\\1', 'g')" },
};

static const char *
decimal_text (const TypeSpec *type, const char *v, Arena *arena)
{
  if (type->precision == 0)
    return arena_printf (arena, "trim_scale(%s)::text", v);
  return arena_printf (arena, "round(%s, %u)::text", v, type->scale);
}

void
formula_format (Formula *formula, const TypeSpec *type)
{
  const char *text;

  if (column_type_is_text (type->base))
    return;
  if (type->base == COLUMN_TYPE_DOUBLE)
    {
      formula_format_double (formula);
      return;
    }
  if (type->base == COLUMN_TYPE_DECIMAL)
    text = decimal_text (type, formula->value, formula->arena);
  else
    text = arena_printf (formula->arena, "%s%s%s", FORMATS[type->base].before,
                         formula->value, FORMATS[type->base].after);
  formula_set (formula, "(%s COLLATE \"C\")", text);
}

static void
cast_same (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) formula, (void) from, (void) to;
}

static void
cast_text (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  PARSERS[to->base](formula, to);
}

static void
cast_through_text (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  formula_format (formula, from);
  PARSERS[to->base](formula, to);
}

static void
cast_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  const char *v;

  if (from->base == to->base)
    return;
  if (to->base == COLUMN_TYPE_BIGINT)
    {
      formula_set (formula, "%s::bigint", formula->value);
      return;
    }
  v = formula_settle (formula);
  formula_convert (
      formula,
      arena_printf (formula->arena, "%s %s", v, between (formula->arena, to->base)),
      arena_printf (formula->arena, "%s::integer", v));
}

static void
cast_integer_to_boolean (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  const char *v = formula_settle (formula);

  (void) from, (void) to;
  formula_convert (formula, arena_printf (formula->arena, "%s IN (0, 1)", v),
                   arena_printf (formula->arena, "%s = 1", v));
}

static void
cast_boolean_to_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  formula_set (formula, "%s::integer::%s", formula->value, postgres_base_type (to->base));
}

static void
cast_integer_to_double (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  formula_set (formula, "%s::double precision", formula->value);
}

static void
cast_integer_to_decimal (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  formula_set (formula, "%s::numeric", formula->value);
  formula_fit_decimal (formula, to);
}

static void
cast_decimal_to_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  Arena *arena = formula->arena;
  const char *v = formula_settle (formula);

  (void) from;
  formula_convert (formula,
                   arena_printf (arena, "(%1$s = trunc(%1$s) AND %1$s %2$s)", v,
                                 between (arena, to->base)),
                   arena_printf (arena, "%s::%s", v, postgres_base_type (to->base)));
}

static void
cast_decimal (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  formula_fit_decimal (formula, to);
}

static void
cast_decimal_to_double (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  formula_decimal_to_double (formula);
}

/* Both ends are doubles: the second is the first that no bigint reaches. */
static void
cast_double_to_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  Arena *arena = formula->arena;
  const char *v = formula_settle (formula);
  const char *end = to->base == COLUMN_TYPE_BIGINT ? "9223372036854775808" : "2147483648";

  (void) from;
  formula_convert (
      formula,
      arena_printf (arena,
                    "(%1$s = floor(%1$s) AND %1$s >= '-%2$s'::double precision"
                    " AND %1$s < '%2$s'::double precision)",
                    v, end),
      arena_printf (arena, "%s::%s", v, postgres_base_type (to->base)));
}

static void
cast_double_to_decimal (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  formula_format_double (formula);
  formula_set (formula, "%s::numeric", formula->value);
  formula_fit_decimal (formula, to);
}

static void
cast_timestamp_zone (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  formula_set (formula, "(%s AT TIME ZONE 'UTC')", formula->value);
}

static void
cast_natively (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  formula_set (formula, "%s::%s", formula->value, postgres_base_type (to->base));
}

#define BIT(type) (1u << COLUMN_TYPE_##type)
#define TEXTS (BIT (TEXT) | BIT (VARCHAR) | BIT (CHAR) | BIT (ENUM))
#define INTEGERS (BIT (INTEGER) | BIT (BIGINT))
#define ANY ((1u << N_COLUMN_TYPES) - 1)

/* The first row that has both types counts; no row: they are the same. */
static const struct
{
  guint from, to; /* sets of types */
  void (*cast) (Formula *formula, const TypeSpec *from, const TypeSpec *to);
} CASTS[] = {
  { TEXTS, ANY, cast_text },
  { ANY, TEXTS, cast_through_text },
  { INTEGERS, INTEGERS, cast_integer },
  { INTEGERS, BIT (BOOLEAN), cast_integer_to_boolean },
  { BIT (BOOLEAN), INTEGERS, cast_boolean_to_integer },
  { INTEGERS, BIT (DOUBLE), cast_integer_to_double },
  { INTEGERS, BIT (DECIMAL), cast_integer_to_decimal },
  { BIT (DECIMAL), INTEGERS, cast_decimal_to_integer },
  { BIT (DECIMAL), BIT (DECIMAL), cast_decimal },
  { BIT (DECIMAL), BIT (DOUBLE), cast_decimal_to_double },
  { BIT (DOUBLE), INTEGERS, cast_double_to_integer },
  { BIT (DOUBLE), BIT (DECIMAL), cast_double_to_decimal },
  { BIT (TIMESTAMP), BIT (TIMESTAMPTZ), cast_timestamp_zone },
  { BIT (TIMESTAMPTZ), BIT (TIMESTAMP), cast_timestamp_zone },
  { BIT (TIMESTAMP), BIT (DATE) | BIT (TIME), cast_natively },
  { BIT (DATE), BIT (TIMESTAMP), cast_natively },
  { ANY, ANY, cast_same },
};

void
formula_cast (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  guint i = 0;

  while ((CASTS[i].from >> from->base & 1) == 0 || (CASTS[i].to >> to->base & 1) == 0)
    i++;
  CASTS[i].cast (formula, from, to);
}
