/* SPDX-License-Identifier: Apache-2.0
 *
 * Alias: a table's second name while it is being renamed: a view with triggers that write
 * through it.
 */
#pragma once

#include <sqlite3.h>

#include "model/arena.h"

/* FALSE with ZDM_ERROR_UNSUPPORTED for a table without a primary key. */
gboolean alias_create (sqlite3 *db, const char *table, const char *alias, GError **error);
