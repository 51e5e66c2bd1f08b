/* SPDX-License-Identifier: Apache-2.0
 *
 * RowMove: what a step does with rows, for the engines whose fills keep images of them.
 */
#pragma once

#include "engine/sql/action.h"
#include "engine/sql/step_sql.h"

/* What a fill does with rows; see each engine's fill.h. */
typedef enum
{
  FILL_SYNC,    /* new columns of a sync, where they are out of step */
  FILL_DEFAULT, /* nulls get the default */
  FILL_COLUMNS, /* columns from columns of the same row */
  FILL_LOOKUP,  /* a column from another table */
  FILL_COPY,    /* rows of one table into the other half of a split */
  FILL_SET,     /* update_rows, and repairs of checks and nulls */
  FILL_INSERT,
  FILL_DELETE,
  FILL_DUPLICATES,
  FILL_ORPHANS,
  FILL_REFILL,  /* a column that was dropped is there again */
  FILL_RESTORE, /* back from the images taken before */
} FillKind;

typedef struct
{
  FillKind kind;
  gboolean keeps;   /* what rows of the start were: they have to come back */
  const char *text; /* "UPDATE … SET …, chunk by chunk"; NULL: no rows are moved */
} RowMove;

/**
 * row_move_of:
 * @words: only for names
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED where rows would not come back
 */
gboolean row_move_of (const StepShape *shape, const SqlWords *words, Arena *arena,
                      RowMove *move, GError **error);

/* The keys of other tables act on a row that is deleted: those rows would not come back.
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED where there is such a key */
gboolean row_move_check_cascade (const StepShape *shape, GError **error);

/* "\"a\", \"b\"" */
const char *row_move_names (const SqlWords *words, const char *const *names,
                            Arena *arena);
