/* SPDX-License-Identifier: Apache-2.0
 *
 * Formula: an SQL expression that is made step by step.
 */
#include "config.h"

#include "engine/postgres/formula.h"

#include <string.h>

/* The longest operand that is written out each time. */
#define SHORT_MAX 160

void
formula_begin (Formula *formula, const char *operand, Arena *arena)
{
  *formula = (Formula){
    .arena = arena,
    .steps = "",
    .value = operand,
  };
}

/* Whether there is no condition that the last step has not seen. */
static gboolean
is_passed_on (const Formula *formula)
{
  return formula->valid == NULL || strcmp (formula->valid, "ok") == 0;
}

void
formula_select (Formula *formula, const char *columns)
{
  const char *from = "";
  const char *ok = "";

  if (formula->valid != NULL)
    ok = is_passed_on (formula)
             ? ", ok"
             : arena_printf (formula->arena, ", %s AS ok", formula->valid);
  if (formula->n_steps > 0)
    from = arena_printf (formula->arena, " FROM zdm%u", formula->n_steps);
  formula->steps = arena_printf (formula->arena, "%s%szdm%u AS (SELECT %s%s%s OFFSET 0)",
                                 formula->steps, formula->n_steps > 0 ? ", " : "",
                                 formula->n_steps + 1, columns, ok, from);
  formula->n_steps++;
  if (formula->valid != NULL)
    formula->valid = "ok";
}

const char *
formula_isolate (Formula *formula)
{
  if (formula->n_steps == 0 || strcmp (formula->value, "v") != 0
      || !is_passed_on (formula))
    formula_select (formula, arena_printf (formula->arena, "%s AS v", formula->value));
  formula->value = "v";
  return formula->value;
}

const char *
formula_settle (Formula *formula)
{
  return strlen (formula->value) <= SHORT_MAX ? formula->value
                                              : formula_isolate (formula);
}

static const char *
format_sql (Arena *arena, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  return arena_strdup (arena, text);
}

void
formula_set (Formula *formula, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  formula->value = format_sql (formula->arena, format, arguments);
  va_end (arguments);
}

/* Returns: both conditions; @first may be NULL */
static const char *
both (Arena *arena, const char *first, const char *second)
{
  return first == NULL ? second : arena_printf (arena, "%s AND %s", first, second);
}

static void
add_condition (Formula *formula, const char *condition)
{
  const char **conditions = formula->n_steps == 0 ? &formula->given : &formula->valid;

  *conditions = both (formula->arena, *conditions,
                      arena_printf (formula->arena, "(%s)", condition));
}

void
formula_require (Formula *formula, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  add_condition (formula, format_sql (formula->arena, format, arguments));
  va_end (arguments);
}

void
formula_convert (Formula *formula, const char *condition, const char *result)
{
  add_condition (formula, arena_printf (formula->arena, "%s IS NULL OR %s",
                                        formula->value, condition));
  formula_set (formula, "(CASE WHEN %s THEN %s END)", condition, result);
}

void
formula_drop_invalid (Formula *formula)
{
  formula_isolate (formula);
  if (formula->valid != NULL)
    formula_set (formula, "(CASE WHEN ok THEN v END)");
}

/* The value of @column at the end of the formula, as an operand. */
static const char *
close_formula (const Formula *formula, const char *column)
{
  if (formula->n_steps == 0)
    return column;
  return arena_printf (formula->arena, "(WITH %s SELECT %s FROM zdm%u)", formula->steps,
                       column, formula->n_steps);
}

void
formula_finish (Formula *formula, SqlExpression *result)
{
  result->value = close_formula (formula, formula->value);
  result->valid = formula->given;
  if (formula->valid != NULL)
    result->valid
        = both (formula->arena, formula->given, close_formula (formula, formula->valid));
  if (result->valid != NULL)
    result->valid = arena_printf (formula->arena, "(%s)", result->valid);
}
