/* SPDX-License-Identifier: Apache-2.0
 *
 * How SQLite says what the steps of rows are put together of, where only it knows what
 * the user's SQL gives.
 */
#pragma once

#include "engine/sql/step_sql.h"

extern const SqlWords sqlite_words;

/* Whether the user's own SQL is in it, either way. */
gboolean sqlite_sync_needs_database (const Sync *sync);

/* Both ways the value itself: one comparison says it all. */
gboolean sqlite_sync_is_copy (const Sync *sync);

/* "the row is in step", over the columns of @table.  NULL with ZDM_ERROR_UNSUPPORTED */
const char *sqlite_sync_in_step (const Table *table, const Sync *sync, Arena *arena,
                                 GError **error);
