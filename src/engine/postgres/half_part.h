/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of Half, and what they share.
 */
#pragma once

#include "engine/postgres/half.h"
#include "engine/postgres/live.h"

typedef struct
{
  Table *half;
  const TableSync *sync;
  const Table *old;    /* as it is declared */
  const PgTable *live; /* as it is */
  Arena *arena;
} Half;

/* What is bound to the columns that move. */
gboolean pg_half_bind (const Half *self, SqlConnection *connection, GError **error);
