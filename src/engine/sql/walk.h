/* SPDX-License-Identifier: Apache-2.0
 *
 * Walk: how far a fill has come, as a text, so that it goes into the journal with the
 * rows it stands for.
 *
 * What a key is, and what a list of them looks like, is the dialect's.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint pass;       /* from 1 */
  char *low;        /* the last key done, as literals; NULL: none yet */
  char *high;       /* the last key of the pass; NULL: not looked for yet */
  gboolean written; /* by this pass */
  gboolean resumed; /* read from a text */
} Walk;

/**
 * walk_read:
 * @position: as walk_position() gave it; NULL: at the start
 *
 * Whether low and high are keys is for the dialect to see: they become SQL.
 *
 * Returns: FALSE with ZDM_ERROR_DRIFT if it is none
 */
gboolean walk_read (Walk *walk, const char *position, GError **error);

/* Clears it. Returns: FALSE with the error that walk_read() has for @position */
gboolean walk_refuse (Walk *walk, const char *position, GError **error);

void walk_clear (Walk *walk);
char *walk_position (const Walk *walk); /* (transfer full) */

/* From the start again. */
void walk_again (Walk *walk);

/* A pass from which on it is watched whether what is written stays, and how often it is
 * written before that is given up.  More than one try: a row that is still to be filled
 * may come from elsewhere just then. */
#define WALK_WATCHED_PASS 2
#define WALK_TRIES 3

/* Returns: FALSE with ZDM_ERROR_GATE, which names what does not stay as it is written */
gboolean walk_refuse_undone (const char *row, const char *table, const char *column,
                             GError **error);

/**
 * walk_read_number:
 * @position: how many rows of a list are done; NULL: none
 * @first: gets which of its @n_rows rows is next
 *
 * Returns: FALSE with ZDM_ERROR_DRIFT if it is no such number
 */
gboolean walk_read_number (const char *position, guint64 n_rows, guint64 *first,
                           GError **error);

/* @n gets how many keys are above @low, up to @high. */
typedef gboolean (*WalkCount) (gpointer owner, gint64 low, gint64 high, gint64 *n,
                               GError **error);

/**
 * walk_reckon_end:
 * @low: the last key that is done, a whole number
 * @high: the last key of the pass, above it
 * @reckoned: gets whether @end is set; not, where there are gaps
 *
 * The end of a range without reading its rows: among the next @n_rows numbers are @n_rows
 * rows at most, and where numbers follow each other they are not far fewer.
 *
 * Returns: FALSE with the error of @count
 */
gboolean walk_reckon_end (gint64 low, gint64 high, guint n_rows, WalkCount count,
                          gpointer owner, gint64 *end, gboolean *reckoned,
                          GError **error);
