/* SPDX-License-Identifier: Apache-2.0
 *
 * Difference: the actions that make one shape of the tables out of another one.
 *
 * There is no transaction around DDL: what is made comes first, then what keeps it in
 * step, and what is taken away goes last.
 */
#pragma once

#include "engine/mariadb/detail.h"

typedef struct
{
  const StepShape *step;
  const Database *from, *to;
  gboolean back;   /* what is not there was never done */
  gboolean blocks; /* `allow_blocking: true` */
  GPtrArray *actions;
  Arena *arena;
} MariaDifference;

/* FALSE with ZDM_ERROR_UNSUPPORTED. */
gboolean maria_difference_plan (MariaDifference *difference, GError **error);

/* The table gets its second name for its own, or goes back. */
gboolean maria_difference_rename_table (MariaDifference *difference, const char *from,
                                        const char *to, GError **error);

/* The shadow takes the column's name, which is called @old_name from then on; or back. */
gboolean maria_difference_swap (MariaDifference *difference, const Table *table,
                                const char *column, const char *shadow,
                                const char *old_name, GError **error);

/* What has been filled with a column that it is the new name of gets that one's indexes,
 * or loses them on the way back: nothing where @column is none. */
gboolean maria_mirror_bound (MariaDifference *difference, const Table *table,
                             const char *column, GError **error);

Action *maria_difference_add (MariaDifference *difference, const MariaDetail *detail,
                              LockClass lock, ActionCost cost, const char *sql);
