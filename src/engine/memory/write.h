/* SPDX-License-Identifier: Apache-2.0
 *
 * Write: what happens when somebody inserts, updates or deletes one row: defaults,
 * write-sync within the table and between tables, the actions of foreign keys.
 *
 * Constraints are not looked at here: see verify.h.
 */
#pragma once

#include "engine/memory/write_set.h"

struct LookupTouches;

/* One step's writes, or one write of an application.  What follows from them for other
 * rows may wait until writer_finish(): until then deleted rows are still in their place.
 */
typedef struct
{
  Database *database;
  Arena *scratch; /* values made on the way; the caller resets it */
  WriteSet *set;
  struct LookupTouches *touches;
  GArray *deletions; /* Deletion: whose consequences are still to come */
  gboolean is_following;
} Writer;

void writer_init (Writer *writer, Database *database, Arena *scratch);
void writer_clear (Writer *writer);

/* Takes deleted rows out and looks up what other tables give. */
void writer_finish (Writer *writer);

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

/* @values: the whole row as it shall be, in column order; must not point into the table.
 */
gboolean write_update (Writer *writer, Table *table, gsize row, Value *values,
                       GError **error);

/* Does nothing for a row that is deleted already. */
gboolean write_delete (Writer *writer, Table *table, gsize row, GError **error);

/* Deletes the row for a sync: foreign keys act on it, syncs do not answer it. */
gboolean write_delete_echo (Writer *writer, Table *table, gsize row, GError **error);

/* Sets some cells for a sync, see above; @columns are their numbers. */
void write_cells_echo (Writer *writer, Table *table, gsize row, const guint *columns,
                       guint n, const Value *values);

/* Appends a row for a sync, in column order. */
void write_row_echo (Writer *writer, Table *table, const Value *values);

/* The row's cells, copied into @scratch. */
Value *write_read_row (const Table *table, gsize row, Arena *scratch);
