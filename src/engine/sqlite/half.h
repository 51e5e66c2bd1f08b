/* SPDX-License-Identifier: Apache-2.0
 *
 * Half: a table that is split off from another one.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/detail.h"

/* Creates it by the detail's text, in which the columns are then what they are in the
 * table that is split: their types as they are written there, collations, and defaults,
 * checks and foreign keys of their own that the file does not declare; and it is STRICT
 * as that is. ZDM_ERROR_UNSUPPORTED: such a check is about columns that stay behind. */
gboolean sqlite_make_half (sqlite3 *db, const SqliteDetail *detail, GError **error);
