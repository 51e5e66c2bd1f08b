/* SPDX-License-Identifier: Apache-2.0
 *
 * Reach: the tables that an operation changes or stands on, with what it names of each.
 */
#pragma once

#include "model/operation.h"

typedef enum
{
  REACH_UNDER_WAY,
  REACH_COMPLETE, /* what lasts, and what it takes to take it back one day: nothing is
                     looked up or transformed any more */
} ReachTime;

typedef struct
{
  const char *table;   /* borrowed from the operation; NULL: SQL's, not known */
  gboolean is_changed; /* FALSE: it is only read, or referred to */
  gboolean is_whole;   /* the table is made, dropped or renamed: all of it */
  GPtrArray *names;    /* const char *, borrowed from the operation: columns, … */
} ReachedTable;

/* Returns: (transfer full): ReachedTable *; the operation's own one is the first.  Of SQL
 * of the user's nothing is known, see reach_sql(). */
GPtrArray *reach_of_operation (const Operation *operation, ReachTime time);

/* The words and names in the operation's SQL for one engine.
 * Returns: (transfer full): a set of them, in small letters */
GHashTable *reach_sql (const Operation *operation, const char *engine, ReachTime time);
