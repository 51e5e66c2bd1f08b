/* SPDX-License-Identifier: Apache-2.0
 *
 * Swap: a column's shadow takes its name, by the definition alone; what was bound to the
 * name is bound to the shadow's cells from then on.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/detail.h"

gboolean sqlite_swap (sqlite3 *db, const SqliteDetail *detail, GError **error);
