/* SPDX-License-Identifier: Apache-2.0
 *
 * LookupSql: what another table gives for a row, in SQL.
 */
#pragma once

#include "engine/sqlite/expression.h"
#include "model/bind.h"

typedef struct
{
  BoundLookup bound;
  const char *table, *from, *target; /* quoted */
  const char *const *here;           /* quoted with the table's name, NULL-ended */
  const char *const *there;          /* quoted */
  const char *found; /* what is found, before the transform: a subquery; NULL: nothing */
  const char *matches;    /* "EXISTS (…)": whether any row matches */
  SqliteExpression value; /* after the transform */
} LookupSql;

/* FALSE with ZDM_ERROR_UNSUPPORTED when it cannot be said in SQL. */
gboolean lookup_sql_init (LookupSql *sql, const Database *shape, const char *table,
                          const char *column, const Lookup *lookup,
                          const Transform *transform, Arena *arena, GError **error);
