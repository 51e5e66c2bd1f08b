/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates and times read from text, as model/timestamp.c does it.
 *
 * A regular expression knows which days there are; only what it lets through is cast.
 * The casts read some 128 characters, and a fraction may end in more zeros than that: it
 * is cut behind the sixth digit.
 */
#include "config.h"

#include "engine/postgres/formula_stage.h"

/* The years that have a 29th of February. */
#define LEAP_YEAR                                  \
  "(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])" \
  "|(?:0[48]|[2468][048]|[13579][26])00)"

#define DATE                                                     \
  "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])" \
  "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"                       \
  "|02-(?:0[1-9]|1[0-9]|2[0-8]))|" LEAP_YEAR "-02-29)"

#define TIME "(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6}0*)?)?"

#define ZONE "(?:Z|[-+](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)?"

/* What begins with a date.  As a lookahead, that no year is 0000
 * would make the match take twice as long. */
#define IS(pattern) "(%1$s >= '0001' AND %1$s ~ '^" pattern "$')"
#define IS_DATE IS (DATE)
#define IS_TIMESTAMP IS (DATE "[T ]" TIME)
#define IS_TIMESTAMPTZ IS (DATE "[T ]" TIME ZONE)

#define IN_YEARS                                  \
  "BETWEEN '0001-01-01 00:00:00+00'::timestamptz" \
  " AND '9999-12-31 23:59:59.999999+00'::timestamptz"

void
formula_parse_date (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);

  (void) type;
  formula_convert (formula, arena_printf (formula->arena, IS_DATE, v),
                   arena_printf (formula->arena, "%s::date", v));
}

void
formula_parse_time (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);

  (void) type;
  formula_convert (formula, arena_printf (formula->arena, "%s ~ '^" TIME "$'", v),
                   arena_printf (formula->arena, "substr(%s, 1, 15)::time", v));
}

void
formula_parse_timestamp (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);

  (void) type;
  formula_convert (formula, arena_printf (formula->arena, IS_TIMESTAMP, v),
                   arena_printf (formula->arena,
                                 "translate(substr(%s, 1, 26), 'T', ' ')::timestamp", v));
}

/* The time of day with its fraction, up to the zone, and the zone.  No zone, and Z, which
 * is an abbreviation that a server may be told another meaning of, are +00. */
#define TIME_PART "split_part(translate(substr(%1$s, 12), 'Z-', '++'), '+', 1)"
#define ZONE_PART                                                 \
  "coalesce(nullif(translate(substr(%1$s, 12 + length(" TIME_PART \
  ")), 'Z', ''), ''), '+00')"

/* In UTC it may be a year that the model does not have. */
void
formula_parse_timestamptz (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);
  const char *moment = arena_printf (formula->arena,
                                     "(substr(%1$s, 1, 10) || ' ' || substr(" TIME_PART
                                     ", 1, 15) || " ZONE_PART ")::timestamptz",
                                     v);

  (void) type;
  formula_convert (formula,
                   arena_printf (formula->arena,
                                 "CASE WHEN " IS_TIMESTAMPTZ " THEN %2$s " IN_YEARS
                                 " ELSE false END",
                                 v, moment),
                   moment);
}
