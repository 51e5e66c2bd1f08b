/* SPDX-License-Identifier: Apache-2.0
 *
 * StepSql: one sync seen from one row, in SQL: the test of being in step, and what one
 * side becomes by the other.  Triggers, fills and the gate all ask here.
 */
#pragma once

#include "engine/postgres/expression.h"
#include "model/table.h"

typedef struct
{
  const Table *table;
  const Sync *sync;
  const char *const *olds; /* each column as an operand: NEW."a", or "t"."a" */
  const char *const *news;
  const PostgresExpression *forward;  /* one a new column */
  const PostgresExpression *backward; /* one an old column; or NULL */
  Arena *arena;
} StepSql;

/**
 * step_sql_init:
 * @prefix: before each column's name: "NEW.", "\"t\"."
 * @in_trigger: the user's own SQL names columns of a row that is only in NEW
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED
 */
gboolean step_sql_init (StepSql *sql, const Table *table, const Sync *sync,
                        const char *prefix, gboolean in_trigger, Arena *arena,
                        GError **error);

/* See row_sync_in_step(). */
const char *step_sql_in_step (const StepSql *sql);

/* "new = f(old)" alone: then there is nothing that a trigger could do. */
const char *step_sql_follows (const StepSql *sql);

/* The value, null where it does not convert. */
const char *step_sql_value (const PostgresExpression *expression, Arena *arena);

/* "a AND b", of those that may not convert; NULL: all always do. */
const char *step_sql_valid (const PostgresExpression *expressions, guint n, Arena *arena);

/* "x IS NULL AND y IS NULL" */
const char *step_sql_all_null (const char *const *operands, Arena *arena);

/* "a IS NOT DISTINCT FROM b", by exact value; @differs: the opposite */
const char *step_sql_same (const TypeSpec *type, const char *a, const char *b,
                           gboolean differs, Arena *arena);

/* "\"a\"" of each name with the prefix, NULL-ended. */
const char *const *step_sql_columns (const char *prefix, const char *const *names,
                                     Arena *arena);

/* A transform over operands.  In a trigger the user's SQL reads the row from NEW. */
gboolean step_sql_expression (const BoundTransform *transform, const char *table,
                              const char *const *inputs, gboolean in_trigger,
                              Arena *arena, PostgresExpression *expression,
                              GError **error);
