/* SPDX-License-Identifier: Apache-2.0
 *
 * Fill: rows that a step moves, chunk by chunk, inside of a transaction of the caller.
 */
#pragma once

#include "engine/mariadb/detail.h"
#include "engine/sql/sql_engine.h"

/* See SqlEngine. */
gboolean maria_fill (SqlConnection *connection, const Action *action, guint n_rows,
                     FillProgress *progress, GError **error);
gboolean maria_fill_check (SqlConnection *connection, const Action *action,
                           const char *position, GError **error);

/* Inserts all rows that @table holds into the live table of its name. */
gboolean maria_fill_table (SqlConnection *connection, const Table *table, GError **error);
