/* SPDX-License-Identifier: Apache-2.0
 *
 * DECIMAL and DOUBLE, read and written as model/decimal.c and model/number.c do it.
 */
#include "config.h"

#include "engine/mariadb/formula_stage.h"
#include "engine/mariadb/sql_text.h"

/* How a regular expression begins: the session's flags have no say. */
#define FLAGS "_utf8mb4'(?s-imxU)"

static guint
whole_digits (const TypeSpec *type)
{
  if (type->precision == 0)
    return MARIADB_DECIMAL_DIGITS - MARIADB_DECIMAL_SCALE;
  return type->precision > type->scale ? type->precision - type->scale : 0;
}

static guint
fraction_digits (const TypeSpec *type)
{
  return type->precision == 0 ? MARIADB_DECIMAL_SCALE : type->scale;
}

/* Digits of a part that is @max long when zeros that mean nothing are left out. */
static const char *
digits_pattern (Arena *arena, guint max, gboolean is_fraction)
{
  if (max == 0)
    return "0+";
  return arena_printf (arena, is_fraction ? "[0-9]{1,%u}0*" : "0*[0-9]{1,%u}", max);
}

static void
check_sizes (Formula *formula, const TypeSpec *type)
{
  if (!mariadb_has_decimal (type))
    maria_formula_refuse (formula,
                          "MariaDB's DECIMAL goes to 65 digits, and to 38 of them "
                          "behind the point");
}

/* Zeros that mean nothing are cut off: the cast reads no more digits than it has. */
void
maria_formula_parse_decimal (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  guint scale = fraction_digits (type);
  const char *fraction
      = scale > 0 ? arena_printf (arena, "(?:[.][0-9]{1,%u})?", scale) : "";
  const char *pattern = arena_printf (arena, "[-+]?%s(?:[.]%s)?",
                                      digits_pattern (arena, whole_digits (type), FALSE),
                                      digits_pattern (arena, scale, TRUE));

  check_sizes (formula, type);
  maria_formula_convert (
      formula, maria_formula_is_like (formula, pattern),
      arena_printf (arena,
                    "CAST(REGEXP_SUBSTR(REGEXP_REPLACE(%s, " FLAGS
                    "(?<![0-9.])0+(?=[0-9])', ''), " FLAGS "[-+]?[0-9]+%s') AS %s)",
                    formula->value, fraction, mariadb_type_text (arena, type)));
}

/* Not by ABS(), for which the least BIGINT is out of range. */
static const char *
is_below (Arena *arena, const char *v, guint n_digits)
{
  g_autofree char *zeros = g_strnfill (n_digits, '0');

  if (n_digits >= MARIADB_DECIMAL_DIGITS)
    return "TRUE";
  return arena_printf (arena, "%1$s > (-1%2$s) AND %1$s < 1%2$s", v, zeros);
}

void
maria_formula_fit_decimal (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;

  check_sizes (formula, type);
  maria_formula_convert (
      formula,
      arena_printf (arena, "(%1$s = ROUND(%1$s, %2$u) AND %3$s)", v,
                    fraction_digits (type), is_below (arena, v, whole_digits (type))),
      arena_printf (arena, "CAST(%s AS %s)", v, mariadb_type_text (arena, type)));
}

void
maria_formula_format_decimal (Formula *formula, const TypeSpec *type)
{
  const char *text = arena_printf (formula->arena, "CAST(%s AS CHAR)", formula->value);

  if (type->precision == 0)
    text = arena_printf (formula->arena,
                         "(CASE WHEN LOCATE('.', %1$s) > 0 THEN"
                         " TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM %1$s))"
                         " ELSE %1$s END)",
                         text);
  maria_formula_set (formula, "%s", mariadb_as_text (formula->arena, text));
}

/* What no longer is a DOUBLE, as the digits behind the point of 0.d × 10^m: from the
 * middle between the largest one and the next power of two on, and up to the middle
 * between 0 and the smallest one. */
#define HALF_ABOVE                                                               \
  "1797693134862315807937289714053034150799341327100378269361737789804449682927" \
  "6475094664901797758720709633028641669288791094655554785194040263065748867150" \
  "5820681908902000708383676273854845817711531764475730270069855571366959622842" \
  "9148198608349364752927190741684443655107043427115596995080930428801779041744" \
  "97792"
#define HALF_BELOW                                                               \
  "2470328229206232720882843964341106861825299013071623822127928412503377536351" \
  "0437593264991818081799618989828234772285886546332835517796989819938739800539" \
  "0939063150356595155702263922908583924491051844359318028499365361525003193704" \
  "5767824921936562366986365848075700158576926990370631192827955855133292783433" \
  "8409351978015531246597263579574622766465272827220056374006485499977096599470" \
  "4540208281662262378573934507363390079677619305775067401763246736009689513405" \
  "3553745851666113422376667860416215968046191446729184030053005753084904876539" \
  "1711386591646239524912623653881879636239373280423891018672348497668235089863" \
  "3885879256283027559956575244555072551893136908362547791869486679949683240497" \
  "05821028513185451396213837722826145437693412532098591327667236328125"
#define POWER_ABOVE "309"
#define POWER_BELOW "(-323)"

/* A number is 0.d × 10^m: the digits d count, and it has no other. */
#define ALL_DIGITS "REGEXP_REPLACE(%1$s, " FLAGS "[eE].*|[^0-9]', '')"
#define DIGITS "TRIM(TRAILING '0' FROM TRIM(LEADING '0' FROM " ALL_DIGITS "))"
#define WHOLE "REGEXP_SUBSTR(%1$s, " FLAGS "[0-9]+')"
#define EXPONENT                                                             \
  "CAST(COALESCE(NULLIF(REGEXP_SUBSTR(%1$s, " FLAGS "(?<=[eE])[-+]?[0-9]+')" \
  ", ''), '0') AS SIGNED)"
#define POWER                                             \
  "(CHAR_LENGTH(" WHOLE ") - CHAR_LENGTH(" ALL_DIGITS ")" \
  " + CHAR_LENGTH(TRIM(LEADING '0' FROM " ALL_DIGITS ")) + " EXPONENT ")"

/* Whether it is one that the cast does not raise an error for.  Short ones always are. */
#define IN_RANGE                                                         \
  "CASE WHEN NOT (%2$s) THEN FALSE"                                      \
  " WHEN CHAR_LENGTH(%1$s) <= 200"                                       \
  " AND NOT (%1$s REGEXP " FLAGS "[eE][-+]?0*[1-9][0-9]{2}') THEN TRUE"  \
  " WHEN " DIGITS " = '' THEN TRUE"                                      \
  " WHEN %1$s REGEXP " FLAGS "[eE][-+]?0*[1-9][0-9]{9}' THEN FALSE"      \
  " WHEN " POWER " = " POWER_ABOVE " THEN " DIGITS " < '" HALF_ABOVE "'" \
  " WHEN " POWER " = " POWER_BELOW " THEN " DIGITS " > '" HALF_BELOW "'" \
  " ELSE " POWER " > " POWER_BELOW " AND " POWER " < " POWER_ABOVE " END"

/* The server reads a long number otherwise, for it stops counting at e20000: that one is
 * written anew.  What follows the first thousand digits only tells whether there are
 * more.  There is no -0. */
#define TO_DOUBLE                                                              \
  "CASE WHEN CHAR_LENGTH(%1$s) <= 1000 THEN CAST(%1$s AS DOUBLE) + 0e0"        \
  " WHEN " DIGITS " = '' THEN 0e0"                                             \
  " ELSE CAST(CONCAT(CASE LEFT(%1$s, 1) WHEN '-' THEN '-' ELSE '' END, '0.',"  \
  " LEFT(" DIGITS ", 1000), CASE WHEN CHAR_LENGTH(" DIGITS ") > 1000 THEN '1'" \
  " ELSE '' END, 'e', " POWER ") AS DOUBLE) END"

void
maria_formula_parse_double (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;
  const char *is_number = maria_formula_is_like (
      formula, "[-+]?[0-9]++(?:[.][0-9]++)?(?:[eE][-+]?[0-9]++)?");

  (void) type;
  maria_formula_convert (formula, arena_printf (arena, "(" IN_RANGE ")", v, is_number),
                         arena_printf (arena, TO_DOUBLE, v));
}

/* Fewer digits than the largest ones take would read back as what is out of range.  Of a
 * null SFORMAT() makes a text. */
static const char *
double_text (Arena *arena, const char *v)
{
  return arena_printf (
      arena,
      "(CASE WHEN %1$s IS NULL THEN NULL"
      " WHEN ABS(%1$s) < 2.2250738585072014e-308 THEN SFORMAT('{}', %1$s + 0e0)"
      " WHEN ABS(%1$s) > 1.797693134862315e308 THEN SFORMAT('{:.17g}', %1$s)"
      " WHEN ABS(%1$s) < 1.797693134862315e308"
      " AND CAST(SFORMAT('{:.15g}', %1$s) AS DOUBLE) = %1$s THEN SFORMAT('{:.15g}', %1$s)"
      " WHEN CAST(SFORMAT('{:.16g}', %1$s) AS DOUBLE) = %1$s THEN SFORMAT('{:.16g}', %1$s)"
      " ELSE SFORMAT('{:.17g}', %1$s) END)",
      v);
}

void
maria_formula_format_double (Formula *formula)
{
  maria_formula_set (
      formula, "%s",
      mariadb_as_text (formula->arena, double_text (formula->arena, formula->value)));
}

/* The text rounded to the scale is the same number only where it has no more digits. */
void
maria_formula_double_to_decimal (Formula *formula, const TypeSpec *type)
{
  Arena *arena = formula->arena;
  const char *v = formula->value;
  const char *text = double_text (arena, v);

  check_sizes (formula, type);
  maria_formula_convert (
      formula,
      arena_printf (arena,
                    "(CASE WHEN ABS(%1$s) < 1e%2$u THEN"
                    " CAST(CAST(%3$s AS DECIMAL(65,%4$u)) AS DOUBLE) = %1$s"
                    " ELSE FALSE END)",
                    v, whole_digits (type), text, fraction_digits (type)),
      arena_printf (arena, "CAST(%s AS %s)", text, mariadb_type_text (arena, type)));
}
