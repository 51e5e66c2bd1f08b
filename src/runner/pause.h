/* SPDX-License-Identifier: Apache-2.0
 *
 * Pause: what waits between two chunks of a fill, for replicas and applications to get
 * on, and before a contract, for those who read what was there before the fill.
 */
#pragma once

#include "runner/database_session.h"

typedef struct
{
  /* private */
  Throttle throttle;
  gint64 looked;      /* at others, last; 0: not yet */
  gboolean was_blind; /* and it has been told */
} Pause;

void pause_init (Pause *pause, const ThrottleLimits *limits);
void pause_clear (Pause *pause);

/**
 * pause_wait:
 * @context: the limits, whom to tell of it, and who may ask for an end
 *
 * Outside of a transaction: waits until nothing speaks against moving rows any more, or
 * an end is asked for.  Looks once a second at most, and where there are limits.
 */
gboolean pause_wait (Pause *pause, const DatabaseContext *context, const Action *action,
                     GError **error);

/**
 * pause_for_readers:
 * @swap: the action after which a column of the same name is another one
 * @filled_us: when the last row of that one was filled, since 1970
 *
 * Outside of a transaction: waits until nobody reads rows as they were before then, or an
 * end is asked for.  ZDM_ERROR_LOCK_TIMEOUT names who does, once the time for locks is
 * over.
 */
gboolean pause_for_readers (const DatabaseContext *context, const Action *swap,
                            gint64 filled_us, GError **error);
