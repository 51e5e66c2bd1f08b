/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL of the user's that fails: a trigger leaves the value out; a fill and the gate say
 * for which row, and what is given back is null there.
 */
#pragma once

#include "engine/mariadb/fill.h"

typedef gboolean (*MariaFillFunction) (MariaFill *fill, GError **error);

/* Whose value is worked out by SQL of the user's, or has to do with it; NULL: none. */
const char *maria_fill_own_column (const MariaFill *fill);

/* One chunk of such a fill.  ZDM_ERROR_CONVERSION names the row. */
gboolean maria_fill_own (MariaFill *fill, const char *column, MariaFillFunction function,
                         GError **error);

/* Whether that is what an error of a statement with such SQL comes from. */
gboolean maria_own_sql_fails (const GError *problem);

/* The first row that the statement, which ends before its WHERE, fails for; NULL: none.
 */
gboolean maria_first_failing (SqlConnection *connection, const MariaTable *live,
                              const char *statement, const char *condition,
                              const char **row, Arena *arena, GError **error);

/**
 * maria_name_failing:
 * @problem: (transfer full): of the statement over the whole table
 *
 * Returns: FALSE with ZDM_ERROR_GATE, which names the row; or with @problem, where that
 * is nothing of SQL of the user's
 */
gboolean maria_name_failing (SqlConnection *connection, const MariaTable *live,
                             const char *statement, const char *condition,
                             GError *problem, GError **error);
