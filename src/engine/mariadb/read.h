/* SPDX-License-Identifier: Apache-2.0
 *
 * Read: rows of live tables as the model's values.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/database.h"

/* The tables of @shape with their rows, in the order of their keys; at most @max_rows of
 * each. (transfer full) */
Database *maria_read_tables (SqlConnection *connection, const Database *shape,
                             gsize max_rows, GError **error);
