/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying a table without its rows, from the catalogues alone: no right on the table is
 * needed, and it is locked no more than by whoever looks at its defaults.
 */
#pragma once

#include "engine/postgres/live.h"

/* A temporary table with the columns, checks, keys and indexes of @live and their names;
 * what it refers to and what is told to triggers is left out.  @name: of its own, without
 * a schema */
gboolean pg_copy_table (SqlConnection *connection, const PgTable *live, const char *name,
                        GError **error);

/* Its columns and its primary key alone.  @copy: quoted, with its schema */
gboolean pg_copy_columns (SqlConnection *connection, const PgTable *live,
                          const char *copy, GError **error);
