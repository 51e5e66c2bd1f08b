/* SPDX-License-Identifier: Apache-2.0
 *
 * StepSql: one sync seen from one row, in SQL: the test of being in step, and what one
 * side becomes by the other.  Triggers, fills and the gate all ask here.
 *
 * The words are those of a dialect; what they are put together to is the same for all.
 */
#pragma once

#include "model/table.h"

/* Both are operands; `value` is never an error. */
typedef struct
{
  const char *value; /* where `valid` holds, what the transform gives */
  const char *valid; /* never null; or a NULL pointer: always true */
} SqlExpression;

/* How a dialect says it. */
typedef struct
{
  const char *(*identifier) (Arena *arena, const char *name);

  /* A table as a file names it, perhaps with its schema. */
  const char *(*table) (Arena *arena, const char *name);

  /* "a and b are the same", by exact value and also when both are null. @differs: the
   * opposite */
  const char *(*same) (const TypeSpec *type, const char *a, const char *b,
                       gboolean differs, Arena *arena);

  /* The same of what is stored, of which a value may be written in more than one way: by
   * this triggers tell what was written.  What two columns with other sizes hold of a
   * value need not be alike. */
  const char *(*alike) (const TypeSpec *type, const char *a, const char *b,
                        gboolean differs, Arena *arena);

  /* @table: to which the inputs belong. @in_trigger: the user's own SQL names columns of
   * a row that is only in NEW.  FALSE with ZDM_ERROR_UNSUPPORTED */
  gboolean (*expression) (const BoundTransform *transform, const Table *table,
                          const char *const *inputs, gboolean in_trigger, Arena *arena,
                          SqlExpression *expression, GError **error);

  /* A text that compares by its bytes. */
  const char *(*exact_text) (Arena *arena, const char *operand);

  /* The aggregate; null where it is too great for the type: a write must not fail. */
  const char *(*sum) (Arena *arena, const TypeSpec *type, const char *operand);
} SqlWords;

typedef struct
{
  const SqlWords *words;
  const Table *table;
  const Sync *sync;
  const char *const *olds; /* each column as an operand: NEW."a", or "t"."a" */
  const char *const *news;
  const SqlExpression *forward;  /* one a new column */
  const SqlExpression *backward; /* one an old column; or NULL */
  gboolean in_trigger;
  Arena *arena;
} StepSql;

/**
 * step_sql_init:
 * @prefix: before each column's name: "NEW.", "\"t\"."
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED
 */
gboolean step_sql_init (StepSql *sql, const SqlWords *words, const Table *table,
                        const Sync *sync, const char *prefix, gboolean in_trigger,
                        Arena *arena, GError **error);

/* See row_sync_in_step(). */
const char *step_sql_in_step (const StepSql *sql);

/* "there is nothing that a trigger could do": new = f(old), or new is given where only
 * what leaves it out is filled. */
const char *step_sql_is_settled (const StepSql *sql);

/* The value, null where it does not convert. */
const char *step_sql_value (const SqlExpression *expression, Arena *arena);

/* "a AND b", of those that may not convert; NULL: all always do. */
const char *step_sql_valid (const SqlExpression *expressions, guint n, Arena *arena);

/* "x IS NULL AND y IS NULL" */
const char *step_sql_all_null (const char *const *operands, Arena *arena);

/* "(a[0] is not like b[0] OR …)", by what is stored. @names: of the columns of @table */
const char *step_sql_differ (const SqlWords *words, const Table *table,
                             const char *const *names, const char *const *a,
                             const char *const *b, Arena *arena);

/* "\"a\"" of each name with the prefix, NULL-ended. */
const char *const *step_sql_columns (const SqlWords *words, const char *prefix,
                                     const char *const *names, Arena *arena);
