/* SPDX-License-Identifier: Apache-2.0
 *
 * Dates and times read from text, as model/timestamp.c does it.
 */
#include "config.h"

#include "engine/sqlite/expression_stage.h"

#define DAY_PATTERN "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"

/* date() alone lets February have 31 days; with a modifier it counts them into March. */
static const char *
is_date (Arena *arena, const char *text)
{
  return arena_printf (arena,
                       "%s GLOB '" DAY_PATTERN "' AND %s >= '0001'"
                       " AND date(%s, '0 days') IS %s",
                       text, text, text, text);
}

/* HH:MM, HH:MM:SS or HH:MM:SS.f…, zeros from the seventh digit of the fraction on. */
static const char *
is_time (Arena *arena, const char *text)
{
  return arena_printf (
      arena,
      "%s GLOB '[0-2][0-9]:[0-5][0-9]*' AND %s < '24' AND (length(%s) = 5"
      " OR substr(%s, 6, 3) GLOB ':[0-5][0-9]' AND (length(%s) = 8"
      " OR substr(%s, 9) GLOB '.[0-9]*' AND substr(%s, 10) NOT GLOB '*[^0-9]*'"
      " AND rtrim(substr(%s, 16), '0') = ''))",
      text, text, text, text, text, text, text, text);
}

/* ":SS" and the fraction without zeros at its end. */
static const char *
seconds (Arena *arena, const char *time)
{
  return arena_printf (arena,
                       "CASE length(%s) WHEN 5 THEN ':00' ELSE substr(%s, 6, 3)"
                       " || rtrim(rtrim(substr(%s, 9, 7), '0'), '.') END",
                       time, time, time);
}

void
expression_parse_date (Chain *chain, const TypeSpec *type)
{
  (void) type;
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR %s", is_date (chain->arena, "v"));
}

void
expression_parse_time (Chain *chain, const TypeSpec *type)
{
  (void) type;
  chain_settle (chain);
  chain_require (chain, "v IS NULL OR %s", is_time (chain->arena, "v"));
  chain_set (chain, "substr(v, 1, 5) || %s", seconds (chain->arena, "v"));
}

void
expression_parse_timestamp (Chain *chain, const TypeSpec *type)
{
  (void) type;
  chain_settle (chain);
  chain_select (chain, "substr(v, 1, 10) AS d, substr(v, 11, 1) AS t, "
                       "substr(v, 12) AS h");
  chain_require (chain, "d IS NULL OR t IN ('T', ' ') AND %s AND %s",
                 is_date (chain->arena, "d"), is_time (chain->arena, "h"));
  chain_set (chain, "d || 'T' || substr(h, 1, 5) || %s", seconds (chain->arena, "h"));
}

/* The offset of the zone z, turned round, in minutes. */
#define MINUTES_TO_UTC                                 \
  "CASE WHEN z IN ('', 'Z') THEN 0 ELSE"               \
  " (substr(z, 2, 2) * 60 + ltrim(substr(z, 4), ':'))" \
  " * CASE substr(z, 1, 1) WHEN '-' THEN 1 ELSE -1 END END"

#define IS_ZONE                                                    \
  "(z IN ('', 'Z') OR substr(z, 2, 2) < '16' AND"                  \
  " (z GLOB '[+-][0-9][0-9]' OR z GLOB '[+-][0-9][0-9][0-5][0-9]'" \
  " OR z GLOB '[+-][0-9][0-9]:[0-5][0-9]'))"

void
expression_parse_timestamptz (Chain *chain, const TypeSpec *type)
{
  Arena *arena = chain->arena;

  (void) type;
  chain_settle (chain);
  chain_select (chain, "v, ltrim(substr(v, 12), '0123456789:.') AS z");
  chain_select (chain, "substr(v, 1, 10) AS d, substr(v, 11, 1) AS t,"
                       " substr(v, 12, length(v) - length(z) - 11) AS h, z,"
                       " strftime('%Y-%m-%dT%H:%M', substr(v, 1, 10) || ' ' ||"
                       " substr(v, 12, 5), " MINUTES_TO_UTC " || ' minutes') AS u");
  chain_require (chain,
                 "d IS NULL OR t IN ('T', ' ') AND %s AND %s AND " IS_ZONE
                 " AND ifnull(u >= '0001', 0)",
                 is_date (arena, "d"), is_time (arena, "h"));
  chain_set (chain, "u || %s || 'Z'", seconds (arena, "h"));
}
