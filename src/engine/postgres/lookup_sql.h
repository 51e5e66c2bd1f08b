/* SPDX-License-Identifier: Apache-2.0
 *
 * PgLookup: what another table gives for a row, in SQL.
 */
#pragma once

#include "engine/postgres/expression.h"
#include "model/bind.h"

typedef struct
{
  BoundLookup bound;
  const char *table, *from, *target; /* quoted */
  const char *const *here;           /* quoted with the table's name, NULL-ended */
  const char *found;                 /* what is found, before the transform: a subquery */
  const char *matches;               /* "EXISTS (…)": whether any row matches */
  PostgresExpression value;          /* after the transform */
} PgLookup;

/* FALSE with ZDM_ERROR_UNSUPPORTED when it cannot be said in SQL. */
gboolean pg_lookup_init (PgLookup *sql, const Database *shape, const char *table,
                         const char *column, const Lookup *lookup,
                         const Transform *transform, Arena *arena, GError **error);
