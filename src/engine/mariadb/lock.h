/* SPDX-License-Identifier: Apache-2.0
 *
 * Lock: tables that nobody else sees for a moment, with all that the server opens for
 * them.
 */
#pragma once

#include "engine/mariadb/connection.h"

/**
 * maria_lock_tables:
 * @tables: NULL-ended
 * @back: whether a table that is not there is left out; else that is an error
 * @locked: gets FALSE where there is nothing to lock, and nothing is
 *
 * LOCK TABLES … WRITE, together with the sequences that the tables' defaults draw from:
 * the server opens them with the table, and refuses what was not locked (error 1100).
 *
 * Returns: FALSE with an error, and nothing is locked
 */
gboolean maria_lock_tables (SqlConnection *connection, const char *const *tables,
                            gboolean back, gboolean *locked, GError **error);

/**
 * maria_unlock_tables:
 * @fine: whether what was done under the lock has succeeded; else @error is set already
 *
 * Returns: @fine, or FALSE with an error
 */
gboolean maria_unlock_tables (SqlConnection *connection, gboolean fine, GError **error);

/* The same for a plan, which knows no live tables: an "…" stands for their sequences. */
const char *maria_lock_text (const char *const *tables, Arena *arena);
