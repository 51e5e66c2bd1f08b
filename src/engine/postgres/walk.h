/* SPDX-License-Identifier: Apache-2.0
 *
 * PgWalk: a table from its first key to the last one seen at the start, range by range.
 *
 * Its place is a text, so that it goes into the journal with the rows it stands for.
 */
#pragma once

#include "engine/postgres/live.h"

typedef struct
{
  guint pass;       /* from 1 */
  char *low;        /* the last key done, as literals; NULL: none yet */
  char *high;       /* the last key of the pass; NULL: not looked for yet */
  gboolean written; /* by this pass */
} PgWalk;

/* @position: as pg_walk_position() gave it; NULL: at the start.  ZDM_ERROR_DRIFT if it is
 * none */
gboolean pg_walk_init (PgWalk *walk, const char *position, GError **error);
/* Whether the walk over @table can go on there: ZDM_ERROR_DRIFT if not. */
gboolean pg_walk_check (const char *position, const PgTable *table, GError **error);

void pg_walk_clear (PgWalk *walk);
char *pg_walk_position (const PgWalk *walk); /* (transfer full) */

/**
 * pg_walk_next:
 * @range: gets the condition of the next @n_rows rows at most, in @arena; NULL at the end
 *   of the pass.  A table without a key is one range.
 */
gboolean pg_walk_next (PgWalk *walk, SqlConnection *connection, const PgTable *table,
                       guint n_rows, const char **range, Arena *arena, GError **error);

/* From the start again. */
void pg_walk_again (PgWalk *walk);
