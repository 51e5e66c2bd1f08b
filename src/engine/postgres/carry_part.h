/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of Carry, and what they share.
 */
#pragma once

#include "engine/postgres/carry.h"
#include "engine/postgres/live.h"

typedef struct
{
  SqlConnection *connection;
  const PgDetail *detail;
  const Table *table; /* its shape before */
  const PgTable *live;
  const PgColumn *from, *to;
  Arena *arena;
} Carry;

const char *pg_carry_quote (const Carry *carry, const char *name);
gboolean pg_carry_run (const Carry *carry, const char *sql, GError **error);

/* The text of a definition, with the one column in place of the other. */
const char *pg_carry_moved (const Carry *carry, const char *text);

/* Checks and foreign keys of @from: columns of each row.  (transfer full) */
enum
{
  CONSTRAINT_NAME,
  CONSTRAINT_TEXT,
  CONSTRAINT_VALID,
};
PostgresResult *pg_carry_constraints (const Carry *carry, GError **error);

/* What the i-th of them is on @to. */
const char *pg_carry_constraint_body (const Carry *carry,
                                      const PostgresResult *constraints, int i);

/* The same of keys and indexes. */
enum
{
  INDEX_NAME,
  INDEX_SHOWN, /* with its schema */
  INDEX_UNIQUE,
  INDEX_BODY,
  INDEX_KIND, /* of its constraint: 'p', 'u'; null */
  INDEX_DEFERRAL,
};
PostgresResult *pg_carry_indexes (const Carry *carry, GError **error);

/* What @to gets of the default of @from that the file does not speak of: the same where
 * their types are, else what its transform makes of that.  @text: SQL; NULL: none.
 * ZDM_ERROR_UNSUPPORTED where it cannot; asks a query that may fail */
gboolean pg_carry_default (const Carry *carry, const char **text, GError **error);

/* Keys and indexes of @from: what is missing of them on @to is built, concurrently; then
 * they take their places. */
gboolean pg_carry_build_indexes (const Carry *carry, GError **error);
gboolean pg_carry_place_indexes (const Carry *carry, GError **error);
