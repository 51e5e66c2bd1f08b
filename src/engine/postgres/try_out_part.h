/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of trying out, and what they share.
 */
#pragma once

#include "engine/postgres/detail.h"
#include "engine/postgres/live.h"

typedef struct
{
  SqlConnection *connection;
  const Database *start;
  const GPtrArray *actions; /* const Action * */
  Arena *arena;
} PgTryOut;

/* ZDM_ERROR_UNSUPPORTED names what is in the way. */

/* What is bound to a column, on another one, by the action at @index. */
gboolean pg_try_carry (const PgTryOut *try, guint index, GError **error);

/* What would be written behind the trigger. */
gboolean pg_try_sync (const PgTryOut *try, const PgDetail *detail, GError **error);

/* Policies that hide rows from this role, rows that a fill may not write. */
gboolean pg_try_rows (const PgTryOut *try, guint index, GError **error);

/* Who else would have to be written when a column comes. */
gboolean pg_try_add_column (const PgTryOut *try, const PgDetail *detail, GError **error);

/* Triggers of the user's for which a column more or less of the table is wrong. */
gboolean pg_try_row_triggers (const PgTryOut *try, const PgTable *live, GError **error);

/* What the server does not take of the user's SQL in a transform, in the action at @index
 * or on the way back over it. */
gboolean pg_try_sql (const PgTryOut *try, guint index, GError **error);

/* Whether the constraint or index @name of @live is over columns that are in the half too
 * to which the one that is dropped has moved. */
gboolean pg_try_moves_along (const PgTryOut *try, const PgDetail *dropped,
                             const PgTable *live, const char *name, gboolean *moves,
                             GError **error);

/* Columns that cannot move to the half of a split. */
gboolean pg_try_half (const PgTryOut *try, const PgDetail *detail, GError **error);

/* Event triggers that forbid what all actions do. */
gboolean pg_try_events (const PgTryOut *try, GError **error);
