/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookup: the value that another table gives for a row.
 */
#pragma once

#include "engine/memory/row_index.h"
#include "model/bind.h"

typedef enum
{
  LOOKUP_FOUND,
  LOOKUP_NOTHING, /* no row matches (a count is then 0, and found) */
  LOOKUP_FAILED,
} LookupOutcome;

/**
 * lookup_value:
 * @index: (nullable): over the matched columns of the source; NULL: rows are walked
 * @row: the row to be filled, in column order
 *
 * The first matching row counts, or all of them with an aggregate.
 */
LookupOutcome lookup_value (const BoundLookup *lookup, const RowIndex *index, const Value *row,
                            Arena *scratch, Value *value, GError **error);
