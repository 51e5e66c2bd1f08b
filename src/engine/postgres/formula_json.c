/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON read from text as model/json_text.c does it.
 *
 * No server before version 16 says whether a text is JSON without raising an error.  So
 * its strings become s and its other scalars v, and then, from the inside out, whatever
 * is an array or an object of such letters becomes v: a single letter is left of JSON,
 * and it takes as many rounds as it is deep.
 */
#include "config.h"

#include "engine/postgres/formula_stage.h"
#include "engine/postgres/sql_text.h"
#include "model/json_text.h"

#define STRING                                       \
  "\"(?:[^\"\\\\\\u0001-\\u001f]|\\\\[\"\\\\/bfnrt]" \
  "|\\\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4}"      \
  "|\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2})*\""

/* An exponent goes to ±400. */
#define SCALAR                        \
  "-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?" \
  "(?:[eE][-+]?0*(?:[0-9]{1,2}|[1-3][0-9]{2}|400))?|true|false|null"

#define CONTAINER "[[](?:[sv](?:,[sv])*)?[]]|[{](?:s:[sv](?:,s:[sv])*)?[}]"

/* Digits that numeric has room for, whatever the exponent. */
#define DIGITS_MAX 15000

void
formula_parse_json (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *string = postgres_quote (arena, STRING);

  (void) type;
  formula_isolate (formula);
  formula_select (
      formula,
      arena_printf (
          arena, "v, CASE WHEN v ~ %s THEN regexp_replace(v, %s, 's', 'g') END AS s",
          postgres_quote (arena, "^(?:" STRING "|" SCALAR "|[][{}:, \\t\\n\\r])*$"),
          string));
  formula_require (
      formula,
      "v IS NULL OR coalesce((WITH RECURSIVE fold(t, n) AS"
      " (SELECT translate(regexp_replace(s, '" SCALAR "', 'v', 'g'), %s, ''), 0"
      " UNION ALL SELECT regexp_replace(t, '" CONTAINER "', 'v', 'g'), n + 1 FROM fold"
      " WHERE n < %d AND t ~ '" CONTAINER "')"
      " SELECT t IN ('s', 'v') FROM fold ORDER BY n DESC LIMIT 1)"
      " AND (length(s) <= %d OR NOT EXISTS (SELECT 1 FROM"
      " regexp_matches(s, '[0-9.]+', 'g') AS m WHERE length(m[1]) > %d)), false)",
      "E' \\t\\n\\r'", JSON_TEXT_DEPTH_MAX, DIGITS_MAX, DIGITS_MAX);
  formula_drop_invalid (formula);
  formula_set (formula, "%s::jsonb", formula->value);
}
