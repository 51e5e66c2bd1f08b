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

/* The SQL type that a column is known to have, lower case; or NULL. */
const char *history_column_type (const History *history, const char *table,
                                 const char *column);

/* The file in which a column or table (@column NULL) was added as a mirror or created in
 * an expanding step and not contracted yet; or NULL. */
const char *history_open_expand (const History *history, const char *table,
                                 const char *column);

/* Whether a constraint was added NOT VALID (and in which file), and not validated since. */
const char *history_unvalidated (const History *history, const char *table,
                                 const char *constraint);

/* Whether a validated CHECK (column IS NOT NULL) is known. */
gboolean history_has_not_null_check (const History *history, const char *table,
                                     const char *column);
