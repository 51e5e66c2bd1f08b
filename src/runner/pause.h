/* SPDX-License-Identifier: Apache-2.0
 *
 * Pause: what waits between two chunks of a fill, for replicas and applications to get
 * on.
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
