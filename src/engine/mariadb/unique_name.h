/* SPDX-License-Identifier: Apache-2.0
 *
 * Unique name: what a unique constraint of the file is called on the server, which names
 * one that nobody has named after its first column.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/table.h"

/**
 * maria_unique_query:
 * @declared: the table as the file has it: what it names is nothing else
 * @columns: of the constraint @name, NULL-ended
 *
 * A query for the name of the live unique index over exactly these columns, where the
 * table has none of that name itself.
 */
const char *maria_unique_query (const Table *declared, const char *name,
                                const char *const *columns, Arena *arena);

/* @live: gets that name; NULL: there is none, or one called @name */
gboolean maria_unique_name (SqlConnection *connection, const Table *declared,
                            const char *name, const char *const *columns,
                            const char **live, Arena *arena, GError **error);

/* The names that the unique constraints of the table have instead of their own;
 * NULL-ended. */
gboolean maria_unique_names (SqlConnection *connection, const Table *declared,
                             const char *const **names, Arena *arena, GError **error);
