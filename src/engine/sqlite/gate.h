/* SPDX-License-Identifier: Apache-2.0
 *
 * Gate: no row may be out of step with what is about to go.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/detail.h"

/* Counts in the transaction that is open.  FALSE with ZDM_ERROR_GATE that says how many
 * rows, and names the first one. */
gboolean sqlite_gate_check (sqlite3 *db, const SqliteDetail *detail, GError **error);
