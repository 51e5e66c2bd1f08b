/* SPDX-License-Identifier: Apache-2.0
 *
 * CrossSync: what a write to one table does to another while a table is being split, or
 * a column is filled from elsewhere.
 */
#pragma once

#include "engine/memory/write.h"

/* A row is about to be inserted into @table: where it leaves the moved columns of a split
 * out, and the other half is there already, that one gives them.
 * @values: (inout): in column order */
void cross_sync_pull (Writer *writer, const Table *table, Value *values);

/**
 * cross_sync_after:
 * @before: NULL for an insert
 * @after: NULL for a delete
 *
 * Called when the row stands as it shall: carries it over to the other half of a split,
 * and notes which rows look it up.
 */
gboolean cross_sync_after (Writer *writer, const Table *table, const Value *before,
                           const Value *after, GError **error);

/**
 * cross_sync_copy:
 * Carries every row of @sync's old table over that is not in step (copy_rows).
 */
gboolean cross_sync_copy (Writer *writer, const TableSync *sync, GError **error);

/* How many rows of the old table differ from the new one; @first gets the first of them.
 */
gsize cross_sync_out_of_step (const Database *database, const TableSync *sync,
                              gsize *first);
