/* SPDX-License-Identifier: Apache-2.0
 *
 * Formula: an SQL expression that is made step by step.
 */
#include "config.h"

#include "engine/mariadb/formula.h"

#include "engine/mariadb/sql_text.h"

void
maria_formula_begin (Formula *formula, const char *operand, Arena *arena)
{
  *formula = (Formula){
    .arena = arena,
    .value = operand,
  };
}

static const char *
format_sql (Arena *arena, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  return arena_strdup (arena, text);
}

void
maria_formula_set (Formula *formula, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  formula->value = format_sql (formula->arena, format, arguments);
  va_end (arguments);
}

static void
add_condition (Formula *formula, const char *condition)
{
  if (formula->valid == NULL)
    formula->valid = arena_printf (formula->arena, "(%s)", condition);
  else
    formula->valid
        = arena_printf (formula->arena, "%s AND (%s)", formula->valid, condition);
}

void
maria_formula_require (Formula *formula, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add_condition (formula, format_sql (formula->arena, format, arguments));
  va_end (arguments);
}

void
maria_formula_convert (Formula *formula, const char *condition, const char *result)
{
  add_condition (formula, arena_printf (formula->arena, "%s IS NULL OR %s",
                                        formula->value, condition));
  maria_formula_set (formula, "(CASE WHEN %s THEN %s END)", condition, result);
}

/* The end is where no character follows: $ would be before a last line feed too. */
const char *
maria_formula_is_like (Formula *formula, const char *pattern)
{
  return arena_printf (formula->arena,
                       "(%s REGEXP _utf8mb4'(?s-imxU)^(?:%s)(?!.)' COLLATE"
                       " utf8mb4_nopad_bin)",
                       formula->value, pattern);
}

void
maria_formula_refuse (Formula *formula, const char *reason)
{
  if (formula->refusal == NULL)
    formula->refusal = reason;
}

const char *
maria_formula_literal (Formula *formula, const TypeSpec *type, const Value *value)
{
  if (mariadb_can_hold (type, value))
    return mariadb_literal (formula->arena, type, value);
  maria_formula_refuse (formula,
                        "MariaDB's type does not hold a value that the transform "
                        "names");
  return "NULL";
}

void
maria_formula_finish (const Formula *formula, SqlExpression *result)
{
  result->value = formula->value;
  result->valid = formula->valid != NULL
                      ? arena_printf (formula->arena, "(%s)", formula->valid)
                      : NULL;
}
