/* SPDX-License-Identifier: Apache-2.0
 *
 * Throttle: whether rows may be moved now, or replicas and applications come first.
 *
 * It judges what an engine has seen of them, and remembers where the server's log was
 * when: a replica that stands still does not know how late it is.
 */
#pragma once

#include "engine/sql/sql_engine.h"

typedef struct
{
  guint max_lag_ms;      /* of a replica; 0: no limit */
  gboolean lag_is_asked; /* by the user: otherwise what cannot be seen is let pass */
  guint max_load;        /* sessions at work; 0: no limit */
} ThrottleLimits;

typedef struct
{
  ThrottleLimits limits;
  /* private */
  GArray *marks;     /* ThrottleMark, the oldest first: where the log was when */
  gint64 held_at_us; /* when writers had been held up for @held_ms; 0: not looked yet */
  guint64 held_ms;
} Throttle;

void throttle_init (Throttle *throttle, const ThrottleLimits *limits);
void throttle_clear (Throttle *throttle);

gboolean throttle_is_needed (const Throttle *throttle);

/**
 * throttle_judge:
 * @now_us: of a clock that only goes forward
 *
 * Returns: (transfer full): why no rows should be moved now, with the option that says
 * so; NULL: nothing speaks against it
 */
char *throttle_judge (Throttle *throttle, const SqlLoad *load, gint64 now_us);

/* What there is to be looked at and cannot be seen, with the way out; NULL: nothing.
 * (transfer full) */
char *throttle_blind_spot (const ThrottleLimits *limits, const SqlLoad *load);

/**
 * throttle_check:
 * Whether the limits that the user has asked for can be looked at on this database:
 * ZDM_ERROR_UNSUPPORTED; ZDM_ERROR_CONNECT where a replica cannot be asked.
 */
gboolean throttle_check (const ThrottleLimits *limits, SqlConnection *connection,
                         GError **error);
