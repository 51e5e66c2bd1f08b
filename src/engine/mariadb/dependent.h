/* SPDX-License-Identifier: Apache-2.0
 *
 * Dependents: what is bound to live columns beyond what a file names.  The server drops
 * some of it with the column without a word, keeps the column for the sake of some, and
 * of the rest it knows nothing until somebody uses it.
 */
#pragma once

#include "engine/mariadb/detail.h"
#include "engine/mariadb/live.h"

/**
 * maria_dependents_admit:
 * @actions: all of the plan
 * @i: which one
 *
 * Returns: FALSE with ZDM_ERROR_UNSAFE, which names it, where something is bound to a
 *   column of the start that goes, or gets another place, with that action
 */
gboolean maria_dependents_admit (SqlConnection *connection, const GPtrArray *actions,
                                 guint i, GError **error);

/* The same behind a wait, in which others may have made something: ZDM_ERROR_GATE. */
gboolean maria_dependents_check (SqlConnection *connection, const MariaChange *change,
                                 GError **error);

/* What others have bound to nothing but the column number @i that goes on the way back:
 * it goes with it.
 * @end: the tables at the end of the migration
 * @names: gets "index 'a'", (transfer full) */
gboolean maria_dependents_that_go (SqlConnection *connection, const MariaChange *change,
                                   guint i, const Database *end, GPtrArray *names,
                                   GError **error);

/* The same of the table that the statement drops. */
gboolean maria_dependents_check_drop (SqlConnection *connection,
                                      const MariaDetail *detail, GError **error);

/* The same of a table that gets the name @to, which a view has until then. */
gboolean maria_dependents_check_table (SqlConnection *connection, const char *table,
                                       const char *to, GError **error);

/* @column: NULL for any, or none
 * @but: a view that is not meant; or NULL
 * @view: gets one of the views that name it of that table; or NULL */
gboolean maria_find_view (SqlConnection *connection, const char *table,
                          const char *column, const char *but, const char **view,
                          Arena *arena, GError **error);

/* Whether the user's own SQL comes before the action, which may see to what stands in its
 * way. */
gboolean maria_is_behind_script (const GPtrArray *actions, guint i);
