/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates and times read from text, as model/timestamp.c does it.
 *
 * A regular expression knows which days there are; only what it lets through is cast.
 */
#include "config.h"

#include "engine/mariadb/formula_stage.h"
#include "engine/mariadb/sql_text.h"

/* The years that have a 29th of February. */
#define LEAP_YEAR                                  \
  "(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])" \
  "|(?:0[48]|[2468][048]|[13579][26])00)"

#define DATE                                                             \
  "(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])" \
  "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"                               \
  "|02-(?:0[1-9]|1[0-9]|2[0-8]))|" LEAP_YEAR "-02-29)"

#define TIME "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6}0*)?)?"

#define ZONE "(?:Z|[-+](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)?"

/* What a column holds may be a date that is none, as far as the sql_mode of somebody has
 * allowed it. */
static void
read_moment (Formula *formula, const char *pattern)
{
  Formula text;

  maria_formula_begin (
      &text,
      mariadb_as_text (formula->arena,
                       arena_printf (formula->arena, "CAST(%s AS CHAR)", formula->value)),
      formula->arena);
  maria_formula_convert (formula, maria_formula_is_like (&text, pattern), formula->value);
}

void
maria_formula_read_date (Formula *formula)
{
  read_moment (formula, DATE);
}

void
maria_formula_read_timestamp (Formula *formula)
{
  read_moment (formula, DATE " " TIME);
}

void
maria_formula_parse_date (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_convert (
      formula, maria_formula_is_like (formula, DATE),
      arena_printf (formula->arena, "CAST(%s AS DATE)", formula->value));
}

void
maria_formula_parse_time (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_convert (
      formula, maria_formula_is_like (formula, TIME),
      arena_printf (formula->arena, "CAST(LEFT(%s, 15) AS TIME(6))", formula->value));
}

void
maria_formula_parse_timestamp (Formula *formula, const TypeSpec *type)
{
  (void) type;
  maria_formula_convert (
      formula, maria_formula_is_like (formula, DATE "[T ]" TIME),
      arena_printf (formula->arena,
                    "CAST(REPLACE(LEFT(%s, 26), 'T', ' ') AS DATETIME(6))",
                    formula->value));
}

/* "+0130", "-0500", "00000": the zone at the end of a moment. */
#define ZONE_DIGITS                                                              \
  "RPAD(REPLACE(REGEXP_SUBSTR(SUBSTRING(%1$s, 17), _utf8mb4'(?s-imxU)[-+].*'), " \
  "':', ''), 5, '0')"
#define OFFSET                                     \
  "(CAST(LEFT(" ZONE_DIGITS ", 3) AS SIGNED) * 60" \
  " + CAST(CONCAT(LEFT(" ZONE_DIGITS ", 1), RIGHT(" ZONE_DIGITS ", 2)) AS SIGNED))"

#define MINUTE_OF_DAY                            \
  "(CAST(SUBSTRING(%1$s, 12, 2) AS SIGNED) * 60" \
  " + CAST(SUBSTRING(%1$s, 15, 2) AS SIGNED) - " OFFSET ")"

#define LOCAL                                                           \
  "CAST(REPLACE(LEFT(REGEXP_REPLACE(%1$s, _utf8mb4'(?s-imxU)(?<=.{16})" \
  "(?:Z|[-+].*)', ''), 26), 'T', ' ') AS DATETIME(6))"

/* In UTC it may be a year that the model does not have. */
void
maria_formula_parse_timestamptz (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;

  (void) type;
  maria_formula_convert (
      formula,
      arena_printf (arena,
                    "(CASE WHEN NOT (%2$s) THEN FALSE"
                    " WHEN LEFT(%1$s, 10) = '0001-01-01' THEN " MINUTE_OF_DAY " >= 0"
                    " WHEN LEFT(%1$s, 10) = '9999-12-31' THEN " MINUTE_OF_DAY " < 1440"
                    " ELSE TRUE END)",
                    v, maria_formula_is_like (formula, DATE "[T ]" TIME ZONE)),
      arena_printf (arena, LOCAL " - INTERVAL " OFFSET " MINUTE", v));
}
