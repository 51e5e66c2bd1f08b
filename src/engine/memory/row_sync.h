/* SPDX-License-Identifier: Apache-2.0
 *
 * RowSync: what the triggers of a database do to one row, and the test of being in step.
 *
 * A row is in step iff new = f(old), or new is not null and old = backward(new).
 * Direction is by which column changed; on insert, by which one was given (is not null);
 * when both were and differ, the new one wins.
 */
#pragma once

#include "model/table.h"

/* A sync with the numbers of its columns. */
typedef struct
{
  const Sync *sync;
  guint n_old, n_new;
  const guint *old_columns;
  const guint *new_columns;
} RowSync;

void row_sync_init (RowSync *row_sync, const Table *table, const Sync *sync,
                    Arena *arena);

/**
 * row_sync_forward:
 * @olds: the old columns' values; @news gets one value a new column
 *
 * Returns: FALSE with ZDM_ERROR_CONVERSION
 */
gboolean row_sync_forward (const RowSync *row_sync, const Value *olds, Arena *scratch,
                           Value *news, GError **error);
gboolean row_sync_backward (const RowSync *row_sync, const Value *news, Arena *scratch,
                            Value *olds, GError **error);

gboolean row_sync_in_step (const RowSync *row_sync, const Value *olds, const Value *news,
                           Arena *scratch);

/* The cells of a row: @olds and @news have room for n_old and n_new values. */
void row_sync_read (const RowSync *row_sync, const Table *table, gsize row, Value *olds,
                    Value *news);

/**
 * row_sync_apply_all:
 * @before: the row before an update, in column order; NULL for an insert
 * @after: (inout): the row as the application wrote it; gets what the syncs add
 *
 * A value that does not convert never fails the write: the mirror stays null, and the
 * old column stays as it is.
 */
void row_sync_apply_all (const Table *table, const Value *before, Value *after,
                         Arena *scratch);
