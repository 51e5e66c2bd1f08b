/* SPDX-License-Identifier: Apache-2.0
 *
 * Walk: a table from its first key to the last one seen at the start, range by range.
 *
 * Its place is a text, so that it goes into the journal with the rows it stands for.
 */
#pragma once

#include "engine/sqlite/row_key.h"

typedef struct
{
  guint pass;       /* from 1 */
  char *low;        /* the last key done, as literals; NULL: none yet */
  char *high;       /* the last key of the pass; NULL: not looked for yet */
  gboolean written; /* by this pass */
  gboolean resumed; /* read from a text */
} Walk;

/* @position: as walk_position() gave it; NULL: at the start.  ZDM_ERROR_DRIFT if it is
 * none */
gboolean walk_init (Walk *walk, const char *position, GError **error);
/* Whether @position is a place in a walk over rows with that key: ZDM_ERROR_DRIFT. */
gboolean walk_check (const char *position, const RowKey *key, GError **error);
void walk_clear (Walk *walk);
char *walk_position (const Walk *walk); /* (transfer full) */

/**
 * walk_next:
 * @n_rows: how many rows at most
 * @range: gets the condition of the next rows, in @arena; NULL at the end of the pass
 *
 * Moves on to the end of that range.
 */
gboolean walk_next (Walk *walk, sqlite3 *db, const RowKey *key, guint n_rows,
                    const char **range, Arena *arena, GError **error);

/* From the start again. */
void walk_again (Walk *walk);
