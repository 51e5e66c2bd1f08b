/* SPDX-License-Identifier: Apache-2.0
 *
 * History: what the migrations before this one have done, folded into what rules ask.
 *
 * It is small: names and types, no plans, so that thousands of files can be folded.
 */
#pragma once

#include "safety/effect.h"

typedef struct History History;

History *history_new (void);
void history_free (History *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (History, history_free)

/* Takes in a migration (@migration is NULL for a plain .sql file) and its effects; copies
 * what it keeps.  @file is where it stands. */
void history_fold (History *history, const char *file, const Migration *migration,
                   const GPtrArray *effects);

/* The file that had this migration id before, or NULL. */
const char *history_file_of_id (const History *history, const char *id);

/**
 * history_later_id:
 * @file: (out): where that one stands
 *
 * Returns: (nullable): the highest id before this one that is named alike and has a
 * higher number: MIG-012 for MIG-007
 */
const char *history_later_id (const History *history, const char *id, const char **file);

/* The SQL type that a column is known to have, lower case; or NULL. */
const char *history_column_type (const History *history, const char *table,
                                 const char *column);

/* The file of a hand-written expand that is not contracted yet and in which the column is
 * an old or a new one (@column NULL: in which the table takes part); or NULL. */
const char *history_open_expand (const History *history, const char *table,
                                 const char *column);

/* The file in which a constraint was added NOT VALID, and not validated since; or NULL.
 */
const char *history_unvalidated (const History *history, const char *table,
                                 const char *constraint);

/* The names of the constraints of a table that are still NOT VALID, in the order in which
 * they came.  Returns: (transfer container): char *, borrowed */
GPtrArray *history_unvalidated_of (const History *history, const char *table);

/* Whether a validated CHECK (column IS NOT NULL) is known. */
gboolean history_has_not_null_check (const History *history, const char *table,
                                     const char *column);
