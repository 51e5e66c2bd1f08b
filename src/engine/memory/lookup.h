/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookup: the value that another table gives for a row.
 */
#pragma once

#include "model/bind.h"

typedef enum
{
  LOOKUP_FOUND,
  LOOKUP_NOTHING, /* no row matches (a count is then 0, and found) */
  LOOKUP_FAILED,
} LookupOutcome;

/* Looks up for many rows: it has an index over the source, and reads a group of rows that
 * match alike only once.  The source's matched columns must not change meanwhile. */
typedef struct LookupReader LookupReader;

/* @lookup is borrowed. */
LookupReader *lookup_reader_new (const BoundLookup *lookup);
void lookup_reader_free (LookupReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LookupReader, lookup_reader_free)

/**
 * lookup_reader_get:
 * @row: the row to be filled, in column order
 * @value: gets what was found, in @scratch
 *
 * The first matching row counts, or all of them with an aggregate.
 */
LookupOutcome lookup_reader_get (LookupReader *reader, const Value *row, Arena *scratch,
                                 Value *value, GError **error);
