/* SPDX-License-Identifier: Apache-2.0
 *
 * WriteSet: what one step, or one write of an application, has in hand about the tables
 * it writes.
 *
 * A deleted row stays in its place, so that row numbers hold while others are written,
 * and all of them are taken out in one go at the end.  Indexes are made when first asked
 * for and kept up to date.
 */
#pragma once

#include "engine/memory/live_index.h"
#include "model/database.h"

typedef struct WriteSet WriteSet;

WriteSet *write_set_new (void);
void write_set_free (WriteSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WriteSet, write_set_free)

/* Returns: FALSE when the row was deleted already */
gboolean write_set_delete (WriteSet *set, Table *table, gsize row);
gboolean write_set_is_deleted (const WriteSet *set, const Table *table, gsize row);

/* @columns is copied.  Returns: (transfer none): it may give deleted rows */
LiveIndex *write_set_index (WriteSet *set, Table *table, const guint *columns,
                            guint n_columns);

/* The row was appended. */
void write_set_row_added (WriteSet *set, Table *table, gsize row);

/* The row's cells have changed; both in column order. */
void write_set_row_changed (WriteSet *set, Table *table, gsize row, const Value *before,
                            const Value *after);

/* The next number of an identity column: above every number that is there or was given.
 */
gint64 write_set_next_identity (WriteSet *set, Table *table, guint column);

/* Takes the deleted rows out; row numbers and indexes are void from then on. */
void write_set_finish (WriteSet *set);
