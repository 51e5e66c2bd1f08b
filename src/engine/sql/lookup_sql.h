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
  const char *row;  /* before each of the row's own columns: "NEW."; NULL: its table */
  const char *tail; /* of the subqueries: how they lock; NULL: they do not */
  BoundLookup bound;
  const char *table, *from, *target; /* quoted */
  const char *const *here;           /* operands, NULL-ended */
  const char *found;                 /* what is found, before the transform: a subquery */
  const char *matches;               /* "EXISTS (…)": whether any row matches */
  SqlExpression value;               /* after the transform */
  const char *nothing;               /* the condition under which nothing is found */
  SqlExpression result;              /* the value; null where nothing is found */
} SqlLookup;

/**
 * sql_lookup_init:
 * @sql: its `words`, `row` and `tail` are set by the caller
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED when it cannot be said in SQL
 */
gboolean sql_lookup_init (SqlLookup *sql, const Database *shape, const char *table,
                          const char *column, const Lookup *lookup,
                          const Transform *transform, Arena *arena, GError **error);

/* Another expression takes the place of the value. */
void sql_lookup_set_value (SqlLookup *sql, const SqlExpression *value, Arena *arena);
