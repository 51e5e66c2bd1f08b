/* SPDX-License-Identifier: Apache-2.0
 *
 * Tidy: definitions as they were, to the letter.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/definition.h"
#include "engine/sqlite/detail.h"
#include "model/database.h"

/* The texts of the shape's live tables and their indexes.  (transfer full) */
char *tidy_record (sqlite3 *db, const Database *shape, GError **error);

/**
 * tidy_restore:
 * @record: as tidy_record() gave it
 * @detail: with the shapes at both ends of the migration, and its plan
 *
 * Gives tables and indexes that say the same again the very text they had.  What says
 * something else somebody has changed since, and it is left alone.
 */
gboolean tidy_restore (sqlite3 *db, const char *record, const SqliteDetail *detail,
                       GError **error);

/**
 * tidy_recorded_default:
 * @record: as tidy_record() gave it; or NULL
 *
 * Returns: (nullable): what stood behind DEFAULT of that column at the start, in @arena
 */
const char *tidy_recorded_default (const char *record, const char *table,
                                   const char *column, Arena *arena);
