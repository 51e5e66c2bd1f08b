/* SPDX-License-Identifier: Apache-2.0
 *
 * LookupSync: columns that another table fills follow what is written to either table.
 *
 * Writes only note which rows may look up another value; each of those is looked up once,
 * when all rows stand as they shall.
 */
#pragma once

#include "engine/memory/write.h"

typedef struct LookupTouches LookupTouches;

LookupTouches *lookup_touches_new (void);
void lookup_touches_free (LookupTouches *touches);

/* The row of @table is there, or was changed.  @before: NULL for an insert */
void lookup_sync_row_written (Writer *writer, const Table *table, gint64 row_id,
                              const Value *before, const Value *after);

/* A row that others may look up was written.  NULL for an insert's before and a delete's
 * after. */
void lookup_sync_source_written (Writer *writer, const Table *source, const Value *before,
                                 const Value *after);

/* Looks up what was noted; a value that is not found or does not convert leaves null. */
void lookup_sync_finish (Writer *writer);

/* How many rows are null although something is found for them; @first gets the first. */
gsize lookup_sync_out_of_step (const Database *database, const LookupSync *sync,
                               gsize *first);
