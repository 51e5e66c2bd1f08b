/* SPDX-License-Identifier: Apache-2.0
 *
 * Null key: a column of a primary key that SQLite lets be null, though a file says that
 * it is not (https://www.sqlite.org/lang_createtable.html, section 3.5).
 */
#pragma once

#include <sqlite3.h>

#include "engine/sql/action.h"

/**
 * null_key_check:
 * @db: as it is before the run
 *
 * Returns: FALSE with ZDM_ERROR_DRIFT where @action makes NOT NULL, by triggers or in the
 *   definition, what is null in some row
 */
gboolean null_key_check (sqlite3 *db, const Action *action, GError **error);
