/* SPDX-License-Identifier: Apache-2.0
 *
 * Read: live rows as the model's values.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "model/database.h"

/* One cell of a result, in its canonical form.  ZDM_ERROR_CONVERSION when the type cannot
 * hold it */
gboolean pg_read_cell (const PostgresResult *result, int row, int column,
                       const TypeSpec *type, Arena *arena, Value *value, GError **error);

Database *pg_read_tables (SqlConnection *connection, const Database *shape,
                          gsize max_rows, GError **error);
