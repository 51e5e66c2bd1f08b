/* SPDX-License-Identifier: Apache-2.0
 *
 * Formula: an SQL expression that is made step by step.
 *
 * MariaDB has no subquery that could give a name to an intermediate value of a row, so an
 * expression grows around its operand, which is written out each time it is mentioned.
 * One that becomes too long by that is refused.
 *
 * A step that does not convert goes on with a null: no cast ever sees a value that strict
 * mode would raise an error for.
 */
#pragma once

#include "engine/mariadb/expression.h"

typedef struct
{
  Arena *arena;
  const char *value;        /* an operand */
  const char *valid;        /* what is required; or NULL: nothing */
  const char *const *texts; /* of each input, for what reads several */
  const char *refusal;      /* why it cannot be said; or NULL */
} Formula;

/* @operand: evaluated as often as it takes */
void maria_formula_begin (Formula *formula, const char *operand, Arena *arena);

/* Replaces the value, by an operand. */
void maria_formula_set (Formula *formula, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A condition of the value's validity, which never is null. */
void maria_formula_require (Formula *formula, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

/* Where @condition holds, which is of the value and is not null unless that is, the value
 * becomes @result; elsewhere it is not valid, and null. */
void maria_formula_convert (Formula *formula, const char *condition, const char *result);

/* That the value is like @pattern as a whole, a regular expression without a quote and
 * without a backslash.  The session's flags have no say. */
const char *maria_formula_is_like (Formula *formula, const char *pattern);

/* A value of the file, which MariaDB has to be able to hold. */
const char *maria_formula_literal (Formula *formula, const TypeSpec *type,
                                   const Value *value);

void maria_formula_refuse (Formula *formula, const char *reason);

void maria_formula_finish (const Formula *formula, SqlExpression *result);
