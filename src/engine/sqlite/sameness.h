/* SPDX-License-Identifier: Apache-2.0
 *
 * Sameness: whether a table says what it said at the start, white space, comments, quotes
 * and the order of columns and constraints aside.
 *
 * The way back of a migration brings back what the file declares, in words of its own,
 * and cannot always bring back the rest of what was bound to a column that it took away:
 * that alone makes no difference.
 */
#pragma once

#include "engine/sqlite/catalog.h"
#include "engine/sqlite/definition.h"
#include "engine/sqlite/touched.h"

gboolean sameness_of_tables (const Definition *was, const Definition *is,
                             const SqliteTable *live, const Touched *touched);

/* Of two CREATE INDEX. */
gboolean sameness_of_indexes (const char *was, const char *is, const char *name,
                              const Touched *touched);
