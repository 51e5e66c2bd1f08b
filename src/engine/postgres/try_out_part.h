/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of trying out, and what they share.
 */
#pragma once

#include "engine/postgres/live.h"
#include "engine/sql/action.h"

typedef struct
{
  SqlConnection *connection;
  const Database *start;
  const GPtrArray *actions; /* const Action * */
  Arena *arena;
} PgTryOut;

/* Each is about the action at @index.  ZDM_ERROR_UNSUPPORTED names what is in the way. */

/* What is bound to a column, on another one. */
gboolean pg_try_carry (const PgTryOut *try, guint index, GError **error);
