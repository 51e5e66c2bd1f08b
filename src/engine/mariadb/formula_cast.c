/* SPDX-License-Identifier: Apache-2.0
 *
 * Casts as SQL: the pairs of model/type_cast.c, the texts of model/type_parse.c.
 */
#include "config.h"

#include "engine/mariadb/formula_stage.h"
#include "engine/mariadb/sql_text.h"

typedef void (*ParseFunc) (Formula *formula, const TypeSpec *type);

static void
parse_text (Formula *formula, const TypeSpec *type)
{
  if (type->base == COLUMN_TYPE_CHAR)
    maria_formula_set (formula, "TRIM(TRAILING ' ' FROM %s)", formula->value);
  if (type->length == 0)
    return;
  maria_formula_convert (formula,
                         arena_printf (formula->arena, "CHAR_LENGTH(%s) <= %u",
                                       formula->value, type->length),
                         formula->value);
}

static void
parse_enum (Formula *formula, const TypeSpec *type)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const char *const *values = type->values;

  for (; values != NULL && *values != NULL; values++)
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
                            mariadb_text_literal (formula->arena, *values));
  maria_formula_convert (formula,
                         list->len > 0 ? arena_printf (formula->arena, "%s IN (%s)",
                                                       formula->value, list->str)
                                       : "FALSE",
                         formula->value);
}

/* "v BETWEEN (-2147483648) AND 2147483647" */
static const char *
in_range (Arena *arena, const char *v, ColumnType type)
{
  gint64 min, max;

  column_type_range (type, &min, &max);
  return arena_printf (arena, "%s BETWEEN (%" G_GINT64_FORMAT ") AND %" G_GINT64_FORMAT,
                       v, min, max);
}

static void
parse_integer (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;
  const char *digits = arena_printf (
      arena, "REGEXP_REPLACE(%s, _utf8mb4'(?s-imxU)(?<![0-9])0+(?=[0-9])', '')", v);
  const char *number = arena_printf (arena, "CAST(%s AS DECIMAL(20,0))", digits);

  maria_formula_convert (
      formula,
      arena_printf (arena, "(CASE WHEN %s THEN %s ELSE FALSE END)",
                    maria_formula_is_like (formula, "[-+]?0*[0-9]{1,19}"),
                    in_range (arena, number, type->base)),
      arena_printf (arena, "CAST(%s AS SIGNED)", digits));
}

static void
parse_boolean (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_lower (formula, NULL);
  maria_formula_convert (
      formula,
      arena_printf (formula->arena,
                    "%s IN ('true', 'yes', 'on', '1',"
                    " 'false', 'no', 'off', '0')",
                    formula->value),
      arena_printf (formula->arena, "%s IN ('true', 'yes', 'on', '1')", formula->value));
}

/* MariaDB does not store a UUID of a later version that is of the oldest variant. */
#define UUID_END "[0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}"
#define UUID_PATTERN                                                                  \
  "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-"                                                    \
  "(?:[0-7][0-9A-Fa-f]{3}-[0-9A-Fa-f]" UUID_END "|[0-9A-Fa-f]{4}-[89A-Fa-f]" UUID_END \
  ")"

static void
parse_uuid (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_convert (
      formula, maria_formula_is_like (formula, UUID_PATTERN),
      arena_printf (formula->arena, "CAST(%s AS UUID)", formula->value));
}

static void
parse_blob (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_convert (
      formula, maria_formula_is_like (formula, "0x(?:[0-9A-Fa-f]{2})*+"),
      arena_printf (formula->arena, "UNHEX(SUBSTRING(%s, 3))", formula->value));
}

static void
refuse_json (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_refuse (formula, "MariaDB does not bring JSON into canonical form");
}

static const ParseFunc PARSERS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = parse_text,
  [COLUMN_TYPE_VARCHAR] = parse_text,
  [COLUMN_TYPE_CHAR] = parse_text,
  [COLUMN_TYPE_INTEGER] = parse_integer,
  [COLUMN_TYPE_BIGINT] = parse_integer,
  [COLUMN_TYPE_DOUBLE] = maria_formula_parse_double,
  [COLUMN_TYPE_DECIMAL] = maria_formula_parse_decimal,
  [COLUMN_TYPE_BOOLEAN] = parse_boolean,
  [COLUMN_TYPE_TIMESTAMP] = maria_formula_parse_timestamp,
  [COLUMN_TYPE_TIMESTAMPTZ] = maria_formula_parse_timestamptz,
  [COLUMN_TYPE_DATE] = maria_formula_parse_date,
  [COLUMN_TYPE_TIME] = maria_formula_parse_time,
  [COLUMN_TYPE_JSON] = refuse_json,
  [COLUMN_TYPE_UUID] = parse_uuid,
  [COLUMN_TYPE_BLOB] = parse_blob,
  [COLUMN_TYPE_ENUM] = parse_enum,
};

void
maria_formula_read (Formula *formula, const TypeSpec *type)
{
  const char *v = formula->value;

  if (column_type_is_text (type->base))
    maria_formula_set (formula, "%s", mariadb_as_text (formula->arena, v));
  switch (type->base)
    {
    case COLUMN_TYPE_CHAR:
      maria_formula_set (formula, "TRIM(TRAILING ' ' FROM %s)", formula->value);
      break;
    case COLUMN_TYPE_BOOLEAN:
      maria_formula_convert (formula, arena_printf (formula->arena, "%s IN (0, 1)", v),
                             v);
      break;
    case COLUMN_TYPE_TIMESTAMP:
    case COLUMN_TYPE_TIMESTAMPTZ:
      maria_formula_read_timestamp (formula);
      break;
    case COLUMN_TYPE_DATE:
      maria_formula_read_date (formula);
      break;
    case COLUMN_TYPE_TIME:
      maria_formula_convert (
          formula,
          arena_printf (formula->arena,
                        "(%1$s >= TIME'00:00:00' AND %1$s < TIME'24:00:00')", v),
          v);
      break;
    default:
      break;
    }
}

/* The text around a value that makes it canonical text. */
static const struct
{
  const char *before, *after;
} FORMATS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_INTEGER] = { "CAST(", " AS CHAR)" },
  [COLUMN_TYPE_BIGINT] = { "CAST(", " AS CHAR)" },
  [COLUMN_TYPE_BOOLEAN] = { "CASE ", " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END" },
  [COLUMN_TYPE_UUID] = { "CAST(", " AS CHAR)" },
  [COLUMN_TYPE_BLOB] = { "CONCAT('0x', LOWER(HEX(", ")))" },
  [COLUMN_TYPE_DATE] = { "CAST(", " AS CHAR)" },
  [COLUMN_TYPE_TIME] = { "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST(CAST(",
                         " AS TIME(6)) AS CHAR)))" },
  [COLUMN_TYPE_TIMESTAMP]
  = { "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM REPLACE(CAST(CAST(",
      " AS DATETIME(6)) AS CHAR), ' ', 'T')))" },
  [COLUMN_TYPE_TIMESTAMPTZ]
  = { "CONCAT(TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM REPLACE(CAST(CAST(",
      " AS DATETIME(6)) AS CHAR), ' ', 'T'))), 'Z')" },
};

void
maria_formula_format (Formula *formula, const TypeSpec *type)
{
  if (column_type_is_text (type->base))
    return;
  if (type->base == COLUMN_TYPE_JSON)
    refuse_json (formula, type);
  else if (type->base == COLUMN_TYPE_DOUBLE)
    maria_formula_format_double (formula);
  else if (type->base == COLUMN_TYPE_DECIMAL)
    maria_formula_format_decimal (formula, type);
  else
    maria_formula_set (
        formula, "%s",
        mariadb_as_text (formula->arena,
                         arena_printf (formula->arena, "%s%s%s",
                                       FORMATS[type->base].before, formula->value,
                                       FORMATS[type->base].after)));
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
  maria_formula_format (formula, from);
  PARSERS[to->base](formula, to);
}

static void
cast_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  if (from->base == to->base || to->base == COLUMN_TYPE_BIGINT)
    return;
  maria_formula_convert (formula, in_range (formula->arena, formula->value, to->base),
                         formula->value);
}

static void
cast_integer_to_boolean (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  maria_formula_convert (formula,
                         arena_printf (formula->arena, "%s IN (0, 1)", formula->value),
                         arena_printf (formula->arena, "%s = 1", formula->value));
}

static void
cast_boolean_to_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  maria_formula_set (formula, "CAST(%s AS SIGNED)", formula->value);
}

static void
cast_to_double (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  maria_formula_set (formula, "CAST(%s AS DOUBLE)", formula->value);
}

static void
cast_to_decimal (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  maria_formula_fit_decimal (formula, to);
}

static void
cast_decimal_to_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;

  (void) from;
  maria_formula_convert (formula,
                         arena_printf (arena, "(%1$s = TRUNCATE(%1$s, 0) AND %2$s)", v,
                                       in_range (arena, v, to->base)),
                         arena_printf (arena, "CAST(%s AS SIGNED)", v));
}

/* Both ends are doubles: the second is the first that no bigint reaches. */
static void
cast_double_to_integer (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;
  const char *end
      = to->base == COLUMN_TYPE_BIGINT ? "9223372036854775808e0" : "2147483648e0";

  (void) from;
  maria_formula_convert (
      formula,
      arena_printf (arena, "(%1$s = FLOOR(%1$s) AND %1$s >= (-%2$s) AND %1$s < %2$s)", v,
                    end),
      arena_printf (arena, "CAST(%s AS SIGNED)", v));
}

static void
cast_double_to_decimal (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from;
  maria_formula_double_to_decimal (formula, to);
}

static void
cast_timestamp_to_date (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  maria_formula_set (formula, "CAST(%s AS DATE)", formula->value);
}

static void
cast_timestamp_to_time (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  maria_formula_set (formula, "CAST(%s AS TIME(6))", formula->value);
}

static void
cast_date_to_timestamp (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  (void) from, (void) to;
  maria_formula_set (formula, "CAST(%s AS DATETIME(6))", formula->value);
}

#define BIT(type) (1u << COLUMN_TYPE_##type)
#define TEXTS (BIT (TEXT) | BIT (VARCHAR) | BIT (CHAR) | BIT (ENUM))
#define INTEGERS (BIT (INTEGER) | BIT (BIGINT))
#define ANY ((1u << N_COLUMN_TYPES) - 1)

/* The first row that has both types counts; no row: they are the same.  A TIMESTAMPTZ is
 * kept in UTC, so it is the same as a TIMESTAMP. */
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
  { INTEGERS | BIT (DECIMAL), BIT (DOUBLE), cast_to_double },
  { INTEGERS | BIT (DECIMAL), BIT (DECIMAL), cast_to_decimal },
  { BIT (DECIMAL), INTEGERS, cast_decimal_to_integer },
  { BIT (DOUBLE), INTEGERS, cast_double_to_integer },
  { BIT (DOUBLE), BIT (DECIMAL), cast_double_to_decimal },
  { BIT (TIMESTAMP), BIT (DATE), cast_timestamp_to_date },
  { BIT (TIMESTAMP), BIT (TIME), cast_timestamp_to_time },
  { BIT (DATE), BIT (TIMESTAMP), cast_date_to_timestamp },
  { ANY, ANY, cast_same },
};

void
maria_formula_cast (Formula *formula, const TypeSpec *from, const TypeSpec *to)
{
  guint i = 0;

  while ((CASTS[i].from >> from->base & 1) == 0 || (CASTS[i].to >> to->base & 1) == 0)
    i++;
  CASTS[i].cast (formula, from, to);
}
