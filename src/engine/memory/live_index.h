/* SPDX-License-Identifier: Apache-2.0
 *
 * LiveIndex: finds the rows of a table by the values of some columns while the table is
 * being written.
 *
 * It takes new rows and changed ones in; what a row was before is never taken out, but no
 * row is given that does not have the values now.  Rows come in no order, and one that
 * changed away and back may come twice.  A row with a null among its values is not found.
 */
#pragma once

#include "model/table.h"

typedef struct LiveIndex LiveIndex;

/* @columns is copied. */
LiveIndex *live_index_new (const Table *table, const guint *columns, guint n_columns);
void live_index_free (LiveIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LiveIndex, live_index_free)

/* Whether it is over just these columns, in this order. */
gboolean live_index_is_over (const LiveIndex *index, const guint *columns,
                             guint n_columns);

/* Whether the two rows differ in its columns. */
gboolean live_index_is_concerned (const LiveIndex *index, const Value *before,
                                  const Value *after);

/* The row is new, or has other values than it had. */
void live_index_add (LiveIndex *index, gsize row);

/* One walk over the rows that have some values; rows may be added meanwhile. */
typedef struct
{
  const LiveIndex *index;
  const Value *values;
  guint32 first; /* entry to look at, on the first call */
  guint32
      last; /* entry that was given last; it stays in its chain as buckets are added */
} LiveCursor;

/* @values must live as long as the cursor. */
LiveCursor live_index_find (const LiveIndex *index, const Value *values);
gboolean live_cursor_next (LiveCursor *cursor, gsize *row);
