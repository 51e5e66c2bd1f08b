/* SPDX-License-Identifier: Apache-2.0
 *
 * Traits: what a column, its indexes and its constraints have beside what binds rows:
 * comments, statistics targets, storage and compression.
 */
#pragma once

#include "engine/postgres/live.h"

/* Statements that give @to, and what takes the places of the indexes and constraints of
 * @from under the same names, what is there now.  (transfer full) */
PostgresResult *pg_read_traits (SqlConnection *connection, const PgTable *live,
                                const PgColumn *from, const PgColumn *to, Arena *arena,
                                GError **error);
