/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchange: a column and its mirror, whose cells are the same, exchange their names.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/detail.h"

/* In the text of the table alone: what stands with the one stands with the other's name
 * from then on, and what names one of them from outside means the other's cells.
 * ZDM_ERROR_UNSUPPORTED: a key of another table refers to one of them. */
gboolean sqlite_exchange (sqlite3 *db, const SqliteDetail *detail, GError **error);
