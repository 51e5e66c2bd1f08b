/* SPDX-License-Identifier: Apache-2.0
 *
 * Chunks of a size that holds the locks no longer than the target, and gaps between them.
 */
#include "config.h"

#include "runner/pacer.h"

#include "testing.h"

TEST (next__grows_while_chunks_are_short_and_is_cut_at_once)
{
  Pacer pacer;

  pacer_init (&pacer, 0);
  ck_assert_uint_eq (pacer.n_rows, PACER_START_ROWS);
  ck_assert_uint_eq (pacer_next (&pacer, PACER_START_ROWS, 1), PACER_START_ROWS * 3 / 2);
  ck_assert_uint_lt (pacer_next (&pacer, 750, PACER_TARGET_MS * 4.0), 750);
}

TEST (rest__comes_in_time_for_everybody_who_waits)
{
  Pacer pacer;
  double waited_ms = 0;
  guint rest_ms = 0;

  pacer_init (&pacer, 0);
  while (rest_ms == 0)
    {
      waited_ms += PACER_TARGET_MS;
      ck_assert (waited_ms < 5000); /* the usual timeout of an application */
      rest_ms = pacer_rest (&pacer, PACER_TARGET_MS);
    }
  ck_assert_uint_gt (rest_ms, 100); /* SQLite asks again every 100 ms */
  ck_assert_uint_eq (pacer_rest (&pacer, PACER_TARGET_MS), 0);
}

TEST_MAIN ("runner/pacer", next__grows_while_chunks_are_short_and_is_cut_at_once,
           rest__comes_in_time_for_everybody_who_waits)
