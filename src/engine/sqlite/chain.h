/* SPDX-License-Identifier: Apache-2.0
 *
 * Chain: an SQL expression that is made step by step.
 *
 * While an expression mentions its operand once, it grows around it.  What has to mention
 * it more often first settles it: the value becomes the column `v`, and whether it is
 * valid the column `ok`, of a common table expression.  So each step is evaluated once,
 * the text grows in length and not in depth (SQLite's parser gives up at some 25 nested
 * calls), and a person reads it from the top.  SQLite allows WITH inside of a trigger as
 * long as it stands in a subquery.
 */
#pragma once

#include "engine/sqlite/expression.h"

typedef struct
{
  Arena *arena;
  const char *steps; /* "zdm1 AS (…), zdm2 AS (…)" */
  guint n_steps;
  gboolean is_input; /* `value` is still as the caller gave it */
  const char *value;
  const char *given; /* what is required of the inputs themselves; or NULL: nothing */
  const char *valid; /* what is required later on; or NULL: nothing */
} Chain;

/* @operand: evaluated as often as it takes */
void chain_begin (Chain *chain, const char *operand, Arena *arena);

/* `value` becomes a column named v that compares by bytes and converts nothing. */
void chain_settle (Chain *chain);

/* A step of its own, whose @columns are made of those of the step before. */
void chain_select (Chain *chain, const char *columns);

/* Replaces the value. */
void chain_set (Chain *chain, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A condition of the value's validity, which never is NULL; before the first step it is
 * one of the inputs. */
void chain_require (Chain *chain, const char *format, ...) G_GNUC_PRINTF (2, 3);

void chain_finish (Chain *chain, SqliteExpression *result);
