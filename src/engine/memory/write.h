/* SPDX-License-Identifier: Apache-2.0
 *
 * Write: what happens when somebody inserts, updates or deletes one row: defaults,
 * write-sync within the table and between tables, the actions of foreign keys.
 *
 * Constraints are not looked at here: see verify.h.
 */
#pragma once

#include "model/database.h"

typedef struct
{
  Database *database;
  Arena *scratch; /* values made on the way; the caller resets it */
} Writer;

/**
 * write_insert:
 * @values: (inout): one a column; those not given get their defaults
 * @given: one a column
 *
 * Returns: FALSE with an error when a value that must be given is not, or only a
 *   database could tell it
 */
gboolean write_insert (Writer *writer, Table *table, Value *values, const gboolean *given,
                       gint64 *row_id, GError **error);

/* @values: the whole row as it shall be, in column order; must not point into the table. */
gboolean write_update (Writer *writer, Table *table, gsize row, Value *values, GError **error);

gboolean write_delete (Writer *writer, Table *table, gsize row, GError **error);

/* The row's cells, copied into @scratch. */
Value *write_read_row (const Table *table, gsize row, Arena *scratch);
