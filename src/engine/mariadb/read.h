/* SPDX-License-Identifier: Apache-2.0
 *
 * Read: rows of live tables as the model's values.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/database.h"

/* The cell of a result as a value of that type. */
gboolean maria_read_cell (const MariadbResult *result, guint row, guint column,
                          const TypeSpec *type, Arena *arena, Value *value,
                          GError **error);

/* The tables of @shape with their rows, in the order of their keys; at most @max_rows of
 * each. (transfer full) */
Database *maria_read_tables (SqlConnection *connection, const Database *shape,
                             gsize max_rows, GError **error);
