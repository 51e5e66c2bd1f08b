/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may use a relation, as statements that let them use another one.
 */
#pragma once

#include "engine/postgres/connection.h"

/**
 * pg_read_grants:
 * @from: a table, view or sequence, quoted
 * @to: "SEQUENCE name" or a table's or view's name, quoted, as GRANT takes it
 *
 * A statement a row: what each role, the owner too, has on @from and on those of its
 * columns that @to has, but for the role of this session, to which @to belongs.
 *
 * Returns: (transfer full) (nullable): NULL with @error
 */
PostgresResult *pg_read_grants (SqlConnection *connection, const char *from,
                                const char *to, Arena *arena, GError **error);

/* Runs them, of two tables or views. */
gboolean pg_copy_grants (SqlConnection *connection, const char *from, const char *to,
                         Arena *arena, GError **error);

/* The same of a new table @to, which goes to the owner of @from first. */
gboolean pg_share (SqlConnection *connection, const char *from, const char *to,
                   Arena *arena, GError **error);
