/* SPDX-License-Identifier: Apache-2.0
 *
 * BindLive: constraints and indexes that are there, under whatever names; each function
 * first looks whether what it is to do has been done.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "engine/postgres/detail.h"

/* Names the first row in which the column is null. */
gboolean pg_refuse_nulls (SqlConnection *connection, const PgDetail *detail,
                          GError **error);

gboolean pg_add_column (SqlConnection *connection, const PgDetail *detail,
                        const char *sql, GError **error);
/* A trigger of the user's that has been made meanwhile, and would fail every write then,
 * keeps the column. */
gboolean pg_drop_column (SqlConnection *connection, const PgDetail *detail,
                         const char *sql, GError **error);
gboolean pg_retype (SqlConnection *connection, const PgDetail *detail, const char *sql,
                    GError **error);
gboolean pg_add_constraint (SqlConnection *connection, const PgDetail *detail,
                            GError **error);
gboolean pg_drop_constraint (SqlConnection *connection, const PgDetail *detail,
                             GError **error);
gboolean pg_rename_constraint (SqlConnection *connection, const PgDetail *detail,
                               GError **error);
gboolean pg_validate (SqlConnection *connection, const PgDetail *detail, GError **error);
gboolean pg_attach (SqlConnection *connection, const PgDetail *detail, GError **error);
gboolean pg_drop_index (SqlConnection *connection, const PgDetail *detail,
                        GError **error);
gboolean pg_place_index (SqlConnection *connection, const PgDetail *detail,
                         GError **error);

/* Outside of a transaction. */
gboolean pg_build_index (SqlConnection *connection, const PgDetail *detail,
                         GError **error);

/* The same for an index that is not declared. @body: behind "ON table " */
gboolean pg_build_concurrently (SqlConnection *connection, const char *table,
                                const char *name, gboolean unique, const char *body,
                                GError **error);

/* Drops what was built aside on tables of the shape. */
gboolean pg_sweep (SqlConnection *connection, const Database *shape, GError **error);

/* Whether the table has a constraint of that name. */
gboolean pg_has_constraint (SqlConnection *connection, const char *table_oid,
                            const char *name, gboolean *found, GError **error);

/* Outside of a transaction: one statement in short tries for its lock, with gaps. */
gboolean pg_exec_short (SqlConnection *connection, const char *sql, GError **error);
