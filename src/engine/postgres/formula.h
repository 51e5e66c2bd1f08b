/* SPDX-License-Identifier: Apache-2.0
 *
 * Formula: an SQL expression that is made step by step.
 *
 * While an expression is short it grows around its operand, which may then be mentioned
 * several times: what needs no subquery is an order of magnitude cheaper in a trigger.
 * What is longer is settled before it is mentioned more than once: the value becomes the
 * column `v`, and whether it is valid the column `ok`, of a common table expression.
 * OFFSET 0 keeps the planner from putting it back into each place.
 *
 * A step that does not convert goes on with a null: no cast ever sees a value that it
 * would raise an error for.  The planner computes whatever is constant early, and for it
 * a trigger's row may be: only what stands in the same CASE guards a cast.
 */
#pragma once

#include "engine/postgres/expression.h"

typedef struct
{
  Arena *arena;
  const char *steps; /* "zdm1 AS (…), zdm2 AS (…)" */
  guint n_steps;
  const char *value; /* an operand */
  const char *given; /* what is required of the inputs themselves; or NULL: nothing */
  const char *valid; /* what is required later on; or NULL: nothing */
  const char *const *texts; /* of each input, for what reads several */
} Formula;

/* @operand: evaluated as often as it takes */
void formula_begin (Formula *formula, const char *operand, Arena *arena);

/* Returns: the value as an operand that may be mentioned several times */
const char *formula_settle (Formula *formula);

/* The value becomes the column v, so that subqueries can be about it.  Returns: "v" */
const char *formula_isolate (Formula *formula);

/* A step of its own, whose @columns are made of those of the step before. */
void formula_select (Formula *formula, const char *columns);

/* Replaces the value, by an operand. */
void formula_set (Formula *formula, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A condition of the value's validity, which never is null; before the first step it is
 * one of the inputs. */
void formula_require (Formula *formula, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Where @condition holds, which is of a settled value and is not null unless that is, the
 * value becomes @result; elsewhere it is not valid, and null. */
void formula_convert (Formula *formula, const char *condition, const char *result);

/* Goes on with null where the value is not valid. */
void formula_drop_invalid (Formula *formula);

void formula_finish (Formula *formula, SqlExpression *result);
