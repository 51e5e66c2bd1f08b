/* SPDX-License-Identifier: Apache-2.0
 *
 * Kept: how tables were defined when a run began, for the way back.
 */
#pragma once

#include "engine/mariadb/live.h"
#include "model/database.h"

/* See SqlEngine.definitions. */
char *maria_kept_definitions (SqlConnection *connection, const Database *shape,
                              GError **error);

/* The table with its columns in their order. @definitions: (nullable)
 * Returns: (nullable): NULL when it is not among them */
const MariaTable *maria_kept_table (const char *definitions, const char *name,
                                    Arena *arena);

/* One of its columns; (nullable). */
const MariaColumn *maria_kept_column (const char *definitions, const char *table,
                                      const char *column, Arena *arena);

/* Where the column was, in the live table as it is now: "FIRST", "AFTER `a`". */
const char *maria_kept_place (const MariaTable *kept, const MariaColumn *column,
                              const MariaTable *live, Arena *arena);
