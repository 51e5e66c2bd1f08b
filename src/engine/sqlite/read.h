/* SPDX-License-Identifier: Apache-2.0
 *
 * Read: live tables as the model has them.
 */
#pragma once

#include <sqlite3.h>

#include "model/database.h"

/* The tables of @shape with at most @max_rows rows of each, in the order of their keys.
 * ZDM_ERROR_CONVERSION names a cell that is no value of its column's type. */
Database *sqlite_read (sqlite3 *db, const Database *shape, gsize max_rows,
                       GError **error);
