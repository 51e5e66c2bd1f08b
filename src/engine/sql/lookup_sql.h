/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlLookup: what another table gives for a row, in SQL.
 */
#pragma once

#include "engine/sql/step_sql.h"
#include "model/bind.h"

typedef struct
{
  const SqlWords *words;
  BoundLookup bound;
  const char *table, *from, *target; /* quoted */
  const char *const *here;           /* operands, NULL-ended */
  const char *tail;                  /* of the subquery: how it locks; or "" */
  const char *found;                 /* what is found, before the transform: a subquery */
  const char *matches;               /* "EXISTS (…)": whether any row matches */
  SqlExpression value;               /* after the transform */
} SqlLookup;

/**
 * sql_lookup_init:
 * @sql: `words` and `tail` are set by the caller
 * @here: before the names of the columns that are matched: "NEW."; NULL: the table's name
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED when it cannot be said in SQL
 */
gboolean sql_lookup_init (SqlLookup *sql, const char *here, const Database *shape,
                          const char *table, const char *column, const Lookup *lookup,
                          const Transform *transform, Arena *arena, GError **error);
