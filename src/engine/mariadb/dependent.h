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
