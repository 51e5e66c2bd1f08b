/* SPDX-License-Identifier: Apache-2.0
 *
 * Shape: what a step does to the tables, values apart.
 *
 * The planner applies it to tables without rows to find what cannot work; the memory
 * engine applies it to tables with rows, before or after it moves values.
 */
#pragma once

#include "model/operation.h"

/**
 * shape_apply:
 * @database: changed; its tables may hold rows, which keep their cells
 * @operation: of a step
 * @arena: owns what has to be made; must live as long as @database
 *
 * A new column gets its default in every row (a mirror is null in every row); all other
 * operations leave cells as they are.  Dropping the old columns of a sync ends it and
 * binds the new columns as declared.  `backfill`, `insert_rows`, `update_rows`,
 * `delete_rows`, `repair`, `copy_rows` and `sql` change no shape: their names and types
 * are checked, and that is all.
 *
 * Returns: FALSE with an error that names the objects; @database is then as before
 */
gboolean shape_apply (Database *database, const Operation *operation, Arena *arena,
                      GError **error);

/* The sync whose new columns include @column, or NULL. */
const Sync *table_sync_of_new (const Table *table, const char *column);

/* The sync whose old columns include @column, or NULL. */
const Sync *table_sync_of_old (const Table *table, const char *column);

/**
 * table_transform_between:
 * @table: (nullable)
 * @from: a column of it
 * @to: another one
 * @sync: (out) (nullable): the one of which these two are the only columns; NULL: none
 *
 * Returns: (nullable): what makes @to of @from, forward or backward; NULL: nothing does
 */
const BoundTransform *table_transform_between (const Table *table, const char *from,
                                               const char *to, const Sync **sync);

/* The split that made @new_table, or NULL. */
const TableSync *database_sync_to (const Database *database, const char *new_table);
