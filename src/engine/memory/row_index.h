/* SPDX-License-Identifier: Apache-2.0
 *
 * RowIndex: finds the rows of a table by the values of some columns.
 *
 * A row with a null among them is in no index, as in SQL.  It is a picture of the table
 * at the time it was built.
 */
#pragma once

#include "model/table.h"

typedef struct RowIndex RowIndex;

/* @columns is borrowed. */
RowIndex *row_index_new (const Table *table, const guint *columns, guint n_columns);
void row_index_free (RowIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RowIndex, row_index_free)

/* Rows with these values, lowest first.  Returns: FALSE when there is none (more). */
gboolean row_index_first (const RowIndex *index, const Value *values, gsize *row);
gboolean row_index_next (const RowIndex *index, const Value *values, gsize *row);

/* The first two rows that have the same values.  Returns: FALSE when all differ. */
gboolean row_index_duplicate (const RowIndex *index, gsize *first, gsize *second);
