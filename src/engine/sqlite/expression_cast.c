/* SPDX-License-Identifier: Apache-2.0
 *
 * Casts as SQL: the pairs of model/type_cast.c, the texts of model/type_parse.c.
 *
 * What is missing would differ in some bit: SQLite neither reads nor writes a DOUBLE as
 * the nearest one, has no unhex() before 3.41, and does not put the keys of JSON in
 * order.
 */
#include "config.h"

#include "engine/sqlite/expression_stage.h"
#include "engine/sqlite/sql_text.h"

typedef void (*ParseFunc) (Chain *chain, const TypeSpec *type);

static void
parse_text (Chain *chain, const TypeSpec *type)
{
  if (type->base == COLUMN_TYPE_CHAR)
    chain_set (chain, "rtrim(%s, ' ')", chain->value);
  if (type->length == 0)
    return;
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR length(v) <= %u", type->length);
}

static void
parse_enum (Chain *chain, const TypeSpec *type)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const char *const *values = type->values;

  for (; values != NULL && *values != NULL; values++)
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "",
                            sqlite_text_literal (chain->arena, *values));
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR v IN (%s)", list->str);
}

/* d is the text without its sign: digits, of which those that count are few. */
static void
parse_integer (Chain *chain, const TypeSpec *type)
{
  gint64 min, max;

  chain_settle (chain);
  chain_select (chain, "v, substr(v, 1 + (substr(v, 1, 1) IN ('-', '+'))) AS d");
  chain_require (chain, "d IS NULL OR d GLOB '[0-9]*' AND d NOT GLOB '*[^0-9]*'");
  column_type_range (type->base, &min, &max);
  /* CAST stops at the ends of BIGINT and says nothing. */
  if (type->base == COLUMN_TYPE_BIGINT)
    chain_require (chain, "d IS NULL OR length(ltrim(d, '0')) < 19"
                          " OR length(ltrim(d, '0')) = 19 AND ltrim(d, '0') <="
                          " CASE substr(v, 1, 1) WHEN '-' THEN '9223372036854775808'"
                          " ELSE '9223372036854775807' END");
  else
    chain_require (chain,
                   "v IS NULL OR CAST(v AS INTEGER) BETWEEN %" G_GINT64_FORMAT
                   " AND %" G_GINT64_FORMAT,
                   min, max);
  chain_set (chain, "CAST(v AS INTEGER)");
}

static void
parse_boolean (Chain *chain, const TypeSpec *type)
{
  (void) type;
  chain_set (chain, "lower(%s)", chain->value);
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR v IN ('true', 'yes', 'on', '1',"
                        " 'false', 'no', 'off', '0')");
  chain_set (chain, "v IN ('true', 'yes', 'on', '1')");
}

/* The digits of a fraction as the type writes them. */
static const char *
fraction (const TypeSpec *type, Arena *arena)
{
  g_autofree char *zeros = g_strnfill (type->scale, '0');

  if (type->precision == 0)
    return " || CASE f WHEN '' THEN '' ELSE '.' || f END";
  if (type->scale == 0)
    return "";
  return arena_printf (arena, " || '.' || substr(f || '%s', 1, %u)", zeros, type->scale);
}

/* u is the text without its sign, w its digits before the point and f those after it,
 * both without zeros that mean nothing. */
static void
parse_decimal (Chain *chain, const TypeSpec *type)
{
  guint n_whole = type->precision > type->scale ? type->precision - type->scale : 0;

  chain_settle (chain);
  chain_select (chain, "v, substr(v, 1 + (substr(v, 1, 1) IN ('-', '+'))) AS u");
  chain_select (chain, "v, u, ltrim(substr(u, 1, instr(u || '.', '.') - 1), '0') AS w,"
                       " rtrim(substr(u, instr(u || '.', '.') + 1), '0') AS f");
  chain_require (chain, "u IS NULL OR u GLOB '[0-9]*' AND u NOT GLOB '*[^0-9.]*'"
                        " AND u NOT GLOB '*.*.*' AND u NOT GLOB '*.'");
  if (type->precision > 0)
    chain_require (chain, "u IS NULL OR length(w) <= %u AND length(f) <= %u", n_whole,
                   type->scale);
  chain_set (chain,
             "CASE WHEN v GLOB '-*' AND w || f <> '' THEN '-' ELSE '' END"
             " || CASE w WHEN '' THEN '0' ELSE w END%s",
             fraction (type, chain->arena));
}

static void
parse_uuid (Chain *chain, const TypeSpec *type)
{
  (void) type;
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR length(v) = 36"
                        " AND substr(v, 9, 1) || substr(v, 14, 1) || substr(v, 19, 1)"
                        " || substr(v, 24, 1) = '----'"
                        " AND length(replace(v, '-', '')) = 32"
                        " AND replace(v, '-', '') NOT GLOB '*[^0-9A-Fa-f]*'");
  chain_set (chain, "lower(v)");
}

static const ParseFunc PARSERS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = parse_text,
  [COLUMN_TYPE_VARCHAR] = parse_text,
  [COLUMN_TYPE_CHAR] = parse_text,
  [COLUMN_TYPE_INTEGER] = parse_integer,
  [COLUMN_TYPE_BIGINT] = parse_integer,
  [COLUMN_TYPE_DECIMAL] = parse_decimal,
  [COLUMN_TYPE_BOOLEAN] = parse_boolean,
  [COLUMN_TYPE_TIMESTAMP] = expression_parse_timestamp,
  [COLUMN_TYPE_TIMESTAMPTZ] = expression_parse_timestamptz,
  [COLUMN_TYPE_DATE] = expression_parse_date,
  [COLUMN_TYPE_TIME] = expression_parse_time,
  [COLUMN_TYPE_UUID] = parse_uuid,
  [COLUMN_TYPE_ENUM] = parse_enum,
};

/* What the storage class of an input must be. */
static void
require_class (Chain *chain, const char *classes)
{
  chain_require (chain, "typeof(%s) IN (%s, 'null')", chain->value, classes);
}

/* No type holds a NUL, and most of SQLite's functions end at one. */
static void
require_text (Chain *chain)
{
  chain_require (chain, "%s IS NULL OR typeof(%s) = 'text' AND instr(%s, char(0)) = 0",
                 chain->value, chain->value, chain->value);
}

void
expression_read (Chain *chain, const TypeSpec *type)
{
  switch (type->base)
    {
    case COLUMN_TYPE_TEXT:
    case COLUMN_TYPE_VARCHAR:
    case COLUMN_TYPE_ENUM:
      require_text (chain);
      break;
    case COLUMN_TYPE_CHAR:
      require_text (chain);
      chain_set (chain, "rtrim(%s, ' ')", chain->value);
      break;
    case COLUMN_TYPE_INTEGER:
    case COLUMN_TYPE_BIGINT:
    case COLUMN_TYPE_BOOLEAN:
      require_class (chain, "'integer'");
      break;
    case COLUMN_TYPE_DOUBLE:
      require_class (chain, "'real', 'integer'");
      chain_set (chain, "CAST(%s AS REAL)", chain->value);
      break;
    case COLUMN_TYPE_BLOB:
      require_class (chain, "'blob'");
      break;
    case COLUMN_TYPE_JSON:
      break; /* as it is */
    default:
      require_text (chain);
      PARSERS[type->base](chain, type);
    }
}

gboolean
expression_format (Chain *chain, const TypeSpec *type, GError **error)
{
  switch (type->base)
    {
    case COLUMN_TYPE_DOUBLE:
      return expression_refuse (error, "SQLite does not write a DOUBLE as the shortest "
                                       "text that reads back the same");
    case COLUMN_TYPE_JSON:
      return expression_refuse (error, "SQLite does not bring JSON into canonical form");
    case COLUMN_TYPE_BOOLEAN:
      chain_set (chain, "CASE %s WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
                 chain->value);
      return TRUE;
    case COLUMN_TYPE_BLOB:
      chain_settle (chain);
      chain_set (chain, "CASE WHEN v IS NOT NULL THEN '0x' || lower(hex(v)) END");
      return TRUE;
    case COLUMN_TYPE_INTEGER:
    case COLUMN_TYPE_BIGINT:
      chain_set (chain, "CAST(%s AS TEXT)", chain->value);
      return TRUE;
    default:
      return TRUE;
    }
}

static gboolean
cast_same (Chain *chain, const TypeSpec *from, const TypeSpec *to, GError **error)
{
  (void) chain, (void) from, (void) to, (void) error;
  return TRUE;
}

static gboolean
cast_text (Chain *chain, const TypeSpec *from, const TypeSpec *to, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();

  if (PARSERS[to->base] == NULL)
    return expression_refuse (error, "SQLite does not read %s as %s exactly",
                              type_spec_to_string (from, scratch),
                              type_spec_to_string (to, scratch));
  PARSERS[to->base](chain, to);
  return TRUE;
}

static gboolean
cast_through_text (Chain *chain, const TypeSpec *from, const TypeSpec *to, GError **error)
{
  return expression_format (chain, from, error) && cast_text (chain, from, to, error);
}

static gboolean
cast_integer (Chain *chain, const TypeSpec *from, const TypeSpec *to, GError **error)
{
  gint64 min, max, from_min, from_max;

  (void) error;
  column_type_range (to->base, &min, &max);
  column_type_range (from->base, &from_min, &from_max);
  if (min <= from_min && max >= from_max)
    return TRUE;
  chain_settle (chain);
  chain_require (chain,
                 "v IS NULL OR v BETWEEN %" G_GINT64_FORMAT " AND %" G_GINT64_FORMAT, min,
                 max);
  return TRUE;
}

static gboolean
cast_integer_to_double (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                        GError **error)
{
  (void) from, (void) to, (void) error;
  chain_set (chain, "CAST(%s AS REAL)", chain->value);
  return TRUE;
}

/* CAST cuts the fraction off and stops at the ends of BIGINT; comparing an integer with a
 * real is exact. */
static gboolean
cast_double_to_integer (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                        GError **error)
{
  const TypeSpec big = { .base = COLUMN_TYPE_BIGINT };

  (void) from;
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR CAST(v AS INTEGER) = v");
  chain_set (chain, "CAST(v AS INTEGER)");
  return cast_integer (chain, &big, to, error);
}

static gboolean
cast_decimal_to_integer (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                         GError **error)
{
  (void) from, (void) error;
  chain_settle (chain);
  chain_select (chain, "substr(v, 1, instr(v || '.', '.') - 1) AS v,"
                       " rtrim(substr(v, instr(v || '.', '.') + 1), '0') AS f");
  chain->value = "v";
  chain_require (chain, "f IS NULL OR f = ''");
  parse_integer (chain, to);
  return TRUE;
}

static gboolean
cast_timestamp_to_utc (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                       GError **error)
{
  (void) from, (void) to, (void) error;
  chain_set (chain, "%s || 'Z'", chain->value);
  return TRUE;
}

static gboolean
cast_timestamp_from_utc (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                         GError **error)
{
  (void) from, (void) to, (void) error;
  chain_set (chain, "rtrim(%s, 'Z')", chain->value);
  return TRUE;
}

static gboolean
cast_timestamp_to_date (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                        GError **error)
{
  (void) from, (void) to, (void) error;
  chain_set (chain, "substr(%s, 1, 10)", chain->value);
  return TRUE;
}

static gboolean
cast_timestamp_to_time (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                        GError **error)
{
  (void) from, (void) to, (void) error;
  chain_set (chain, "substr(%s, 12)", chain->value);
  return TRUE;
}

static gboolean
cast_date_to_timestamp (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                        GError **error)
{
  (void) from, (void) to, (void) error;
  chain_set (chain, "%s || 'T00:00:00'", chain->value);
  return TRUE;
}

static gboolean
cast_double_to_decimal (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                        GError **error)
{
  (void) to;
  return expression_format (chain, from, error);
}

#define BIT(type) (1u << COLUMN_TYPE_##type)
#define TEXTS (BIT (TEXT) | BIT (VARCHAR) | BIT (CHAR) | BIT (ENUM))
#define INTEGERS (BIT (INTEGER) | BIT (BIGINT))
#define ANY ((1u << N_COLUMN_TYPES) - 1)

/* The first row that has both types counts; no row: they are the same. */
static const struct
{
  guint from, to; /* sets of types */
  gboolean (*cast) (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                    GError **error);
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
  { ANY, ANY, cast_same },
};

gboolean
expression_cast (Chain *chain, const TypeSpec *from, const TypeSpec *to, GError **error)
{
  guint i = 0;

  while ((CASTS[i].from >> from->base & 1) == 0 || (CASTS[i].to >> to->base & 1) == 0)
    i++;
  return CASTS[i].cast (chain, from, to, error);
}
