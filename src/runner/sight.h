/* SPDX-License-Identifier: Apache-2.0
 *
 * Sight: whether a row that one client wrote is seen rightly by the others.
 */
#pragma once

#include "runner/client_check.h"
#include "runner/relations.h"

/* What a client did to one row. */
typedef struct
{
  EngineSession *session; /* a fork, after the write */
  const Client *client;
  const char *verb; /* "inserts" */
  gboolean is_insert;
  const char *table;
  gint64 row_id;
  const char *const *columns; /* what it wrote, NULL-ended */
  const Value *values;
} ClientWrite;

/* Whether the relation speaks of the table as it is now, both sides of it. */
gboolean sight_is_live (const CheckPoint *point, const Relation *relation,
                        const Table *table);

/* Whether, moreover, its two sides are two things to an application: a shadow is not. */
gboolean sight_concerns (const CheckPoint *point, const Relation *relation,
                         const Table *table);

/* Returns: (nullable): who does not see what */
const char *sight_check (const CheckPoint *point, const Client *writer,
                         const ClientWrite *write);
