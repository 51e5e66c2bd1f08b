/* SPDX-License-Identifier: Apache-2.0
 *
 * Difference: the actions that bring SQLite's tables from one shape to another.  The way
 * back over a step is the difference the other way round.
 */
#pragma once

#include "engine/sqlite/detail.h"

typedef struct
{
  const StepShape *step;
  const Database *from, *to;
  Arena *arena;
  GPtrArray *actions; /* Action *, in @arena */
  gboolean back;      /* on the way back */
} Difference;

/* Loosens: triggers that end, constraints and indexes that go, columns and tables that
 * come.  Then rows may be moved; see difference_tighten(). */
gboolean difference_loosen (Difference *difference, GError **error);

/* Tightens: what goes, what binds, indexes, triggers that begin. */
gboolean difference_tighten (Difference *difference, GError **error);

/* Appends an action that goes on in the transaction of the one before it, if there is
 * one.  @detail: or NULL, for a plain statement */
Action *difference_add (Difference *difference, const SqliteDetail *detail,
                        LockClass lock, ActionCost cost, const char *sql);

/* The same for a table that only changes its name. */
gboolean difference_rename_table (Difference *difference, const char *from,
                                  const char *to, GError **error);

/* @column becomes @old_name, and @shadow becomes @column: no row is written.
 * @back: on the way back */
gboolean difference_swap (Difference *difference, const Table *table, const char *column,
                          const char *shadow, const char *old_name, gboolean back,
                          GError **error);
