/* SPDX-License-Identifier: Apache-2.0
 *
 * DECIMAL and DOUBLE, read and written as model/decimal.c and model/number.c do it.
 */
#include "config.h"

#include "engine/postgres/formula_stage.h"

/* Longer repetitions are not allowed in a regular expression. */
#define REPEAT_MAX 255

/* What no longer is a DOUBLE: from the middle between the largest one and the next power
 * of two on, and up to the middle between 0 and the smallest one.  Whole powers are
 * exact. */
#define DOUBLE_ABOVE "(2::numeric ^ 1024 - 2::numeric ^ 970)"
#define DOUBLE_BELOW "(5::numeric ^ 1075 * 1e-1075)"

static guint
whole_digits (const TypeSpec *type)
{
  return type->precision > type->scale ? type->precision - type->scale : 0;
}

/* Digits of a part that is @max long when zeros that mean nothing are left out. */
static const char *
digits_pattern (Arena *arena, guint max, gboolean is_fraction)
{
  if (max == 0)
    return "0+";
  return arena_printf (arena, is_fraction ? "[0-9]{1,%u}0*" : "0*[0-9]{1,%u}", max);
}

/* Numeric keeps zeros at the end of a fraction, for which it may have no room. */
static const char *
to_numeric (Arena *arena, const char *v)
{
  return arena_printf (
      arena,
      "(CASE WHEN strpos(%1$s, '.') > 0 THEN rtrim(%1$s, '0') ELSE %1$s END)::numeric",
      v);
}

static void
parse_sized_decimal (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula_settle (formula);

  formula_convert (
      formula,
      arena_printf (arena, "%s ~ '^[-+]?%s(?:[.]%s)?$'", v,
                    digits_pattern (arena, whole_digits (type), FALSE),
                    digits_pattern (arena, type->scale, TRUE)),
      arena_printf (arena, "round(%s, %u)", to_numeric (arena, v), type->scale));
}

void
formula_parse_decimal (Formula *formula, const TypeSpec *type)
{
  const char *v;

  if (type->precision > 0 && type->precision <= REPEAT_MAX)
    {
      parse_sized_decimal (formula, type);
      return;
    }
  v = formula_settle (formula);
  formula_convert (
      formula,
      arena_printf (formula->arena,
                    "(%1$s ~ '^[-+]?[0-9]+(?:[.][0-9]+)?$' AND (length(%1$s) <= 16000"
                    " OR length(ltrim(split_part(%1$s, '.', 1), '+-0')) <= 131072"
                    " AND length(rtrim(split_part(%1$s, '.', 2), '0')) <= 16383))",
                    v),
      to_numeric (formula->arena, v));
  formula_fit_decimal (formula, type);
}

void
formula_fit_decimal (Formula *formula, const TypeSpec *type)
{
  const char *v;

  if (type->precision == 0)
    return;
  v = formula_settle (formula);
  formula_convert (
      formula,
      arena_printf (formula->arena,
                    "(abs(%1$s) < 1e%2$u::numeric AND round(%1$s, %3$u) = %1$s)", v,
                    whole_digits (type), type->scale),
      arena_printf (formula->arena, "round(%s, %u)", v, type->scale));
}

void
formula_decimal_to_double (Formula *formula)
{
  const char *v = formula_settle (formula);

  formula_convert (formula,
                   arena_printf (formula->arena,
                                 "(%1$s = 0 OR abs(%1$s) > " DOUBLE_BELOW
                                 " AND abs(%1$s) < " DOUBLE_ABOVE ")",
                                 v),
                   arena_printf (formula->arena, "%s::double precision", v));
}

/* The parts of a number: its digits before and behind the point, the sign and the digits
 * of its exponent. */
#define WHOLE "ltrim(substring(%1$s, '^[-+]?([0-9]+)'), '0')"
#define FRACTION "coalesce(substring(%1$s, '[.]([0-9]+)'), '')"
#define EXPONENT_SIGN "coalesce(substring(%1$s, '[eE](-)'), '')"
#define EXPONENT "('0' || ltrim(substring(%1$s, '[eE][-+]?([0-9]+)'), '0'))"

/* It is 0.d times ten to the power of m: the digits d count, and it has no other. */
#define DIGITS "rtrim(ltrim(" WHOLE " || " FRACTION ", '0'), '0')"
#define POWER                                                                        \
  "(CASE " WHOLE " WHEN '' THEN length(ltrim(" FRACTION ", '0')) - length(" FRACTION \
  ") ELSE length(" WHOLE ") END + coalesce((" EXPONENT_SIGN " || " EXPONENT          \
  ")::bigint, 0))"

/* Its size.  What follows the first thousand digits only tells whether there are more. */
#define SIZE                                                         \
  "('0.' || CASE WHEN length(" DIGITS ") > 1000 THEN substr(" DIGITS \
  ", 1, 1000) || '1' ELSE " DIGITS " END || 'e' || " POWER ")::numeric"

/* Whether it is one that the cast does not raise an error for.  Short ones always are.
 * It is without a subquery: this is read for every row, and most of it for none. */
#define IN_RANGE                                                                   \
  "CASE WHEN length(%1$s) <= 200 AND %1$s !~ '[eE][-+]?0*[1-9][0-9]{2}' THEN true" \
  " WHEN " DIGITS " = '' THEN true"                                                \
  " WHEN length(" EXPONENT ") > 9 THEN false"                                      \
  " WHEN " POWER " NOT BETWEEN -400 AND 400 THEN false"                            \
  " ELSE " SIZE " > " DOUBLE_BELOW " AND " SIZE " < " DOUBLE_ABOVE " END"

void
formula_parse_double (Formula *formula, const TypeSpec *type)
{
  const char *v = formula_settle (formula);

  (void) type;
  /* There is no -0. */
  formula_convert (formula,
                   arena_printf (formula->arena,
                                 "CASE WHEN %1$s ~ '^[-+]?[0-9]+(?:[.][0-9]+)?"
                                 "(?:[eE][-+]?[0-9]+)?$' THEN " IN_RANGE
                                 " ELSE false END",
                                 v),
                   arena_printf (formula->arena, "%s::double precision + 0", v));
}

/* Digits to begin with, as number_format_double() does; fewer than it takes would read
 * back as infinity for the largest ones, which is an error. */
#define FIRST_DIGITS                                                      \
  "CASE WHEN abs(v) < '2.2250738585072014e-308'::double precision THEN 1" \
  " WHEN abs(v) > '1.797693134862315e308'::double precision THEN 17"      \
  " WHEN abs(v) = '1.797693134862315e308'::double precision THEN 16 ELSE 15 END"

/* Output and to_char() without an exponent depend on extra_float_digits or know 15 digits
 * only; with EEEE it is what printf() makes of %e. */
void
formula_format_double (Formula *formula)
{
  formula_isolate (formula);
  formula_set (
      formula,
      "(SELECT CASE WHEN split_part(t, 'e', 2)::integer BETWEEN -4 AND n - 1"
      " THEN trim_scale(t::numeric)::text"
      " ELSE trim_scale(split_part(t, 'e', 1)::numeric) || 'e' || split_part(t, 'e', 2)"
      " END COLLATE \"C\" FROM (SELECT n, to_char(v, rtrim('9.' || repeat('9', n - 1), '.')"
      " || 'EEEE') AS t FROM generate_series(" FIRST_DIGITS ", 17) AS n) AS tries"
      " WHERE t::double precision = v ORDER BY n LIMIT 1)");
}
