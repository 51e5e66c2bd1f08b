/* SPDX-License-Identifier: Apache-2.0
 *
 * Chunks of a size that holds the locks no longer than the target, and gaps between them.
 */
#include "config.h"

#include "runner/pacer.h"

#include "testing.h"

TEST (init__starts_small)
{
  Pacer pacer;

  pacer_init (&pacer, 0);
  ck_assert_uint_eq (pacer.n_rows, 500);
  ck_assert_uint_eq (pacer.target_ms, 150);
}

static void
assert_grows (double elapsed_ms, double by)
{
  Pacer pacer;

  pacer_init (&pacer, 0);
  for (guint i = 0; i < 4; i++)
    {
      guint before = pacer.n_rows;
      ck_assert_uint_eq (pacer_next (&pacer, before, elapsed_ms), (guint) (before * by));
    }
}

TEST (next__grows_by_half_at_most)
{
  assert_grows (19, 1.5);
}

TEST (next__grows_faster_far_below_the_target)
{
  assert_grows (0.001, 3);
}

TEST (next__stays_within_the_bounds)
{
  Pacer pacer;

  pacer_init (&pacer, 0);
  for (guint i = 0; i < 100; i++)
    pacer_next (&pacer, pacer.n_rows, 0);
  ck_assert_uint_eq (pacer.n_rows, PACER_MAX_ROWS);
  for (guint i = 0; i < 100; i++)
    pacer_next (&pacer, pacer.n_rows, 60000);
  ck_assert_uint_eq (pacer.n_rows, PACER_MIN_ROWS);
}

/* A pacer that has settled at 1,000 rows in the target's time. */
static void
settle (Pacer *pacer)
{
  pacer_init (pacer, 0);
  for (guint i = 0; i < 100; i++)
    pacer_next (pacer, pacer->n_rows, 0.150 * pacer->n_rows);
  ck_assert_uint_ge (pacer->n_rows, 990);
  ck_assert_uint_le (pacer->n_rows, 1010);
}

TEST (next__settles_at_the_target)
{
  Pacer pacer;

  settle (&pacer);
  ck_assert_uint_le (pacer_next (&pacer, 1000, 150), 1010);
}

/* Growing costs: a chunk never takes over twice the target where rows cost the same. */
TEST (next__never_overshoots_where_rows_cost_the_same)
{
  static const double ms_per_row[] = { 0.0005, 0.001, 0.01, 0.05, 0.15, 0.3 };

  for (guint i = 0; i < G_N_ELEMENTS (ms_per_row); i++)
    {
      Pacer pacer;
      pacer_init (&pacer, 0);
      for (guint chunk = 0; chunk < 200; chunk++)
        {
          double elapsed_ms = ms_per_row[i] * pacer.n_rows;
          ck_assert (elapsed_ms <= 2 * PACER_TARGET_MS);
          pacer_next (&pacer, pacer.n_rows, elapsed_ms);
        }
    }
}

TEST (next__is_cut_to_a_quarter_over_three_times_the_target)
{
  Pacer pacer;

  settle (&pacer);
  guint before = pacer.n_rows;
  ck_assert_uint_eq (pacer_next (&pacer, before, 451), before / 4);
}

TEST (next__is_cut_to_a_tenth_over_five_times_the_target)
{
  Pacer pacer;

  settle (&pacer);
  guint before = pacer.n_rows;
  ck_assert_uint_eq (pacer_next (&pacer, before, 751), before / 10);
}

/* One slow chunk up to three times the target is averaged: no cut to a quarter. */
TEST (next__does_not_panic_at_three_times_the_target)
{
  Pacer pacer;

  settle (&pacer);
  guint before = pacer.n_rows;
  guint after = pacer_next (&pacer, before, 449);
  ck_assert_uint_gt (after, before / 4);
  ck_assert_uint_lt (after, before);
}

/* What a chunk that had no rows says of their time is nothing. */
TEST (next__learns_nothing_from_an_empty_chunk)
{
  Pacer pacer;

  settle (&pacer);
  guint before = pacer.n_rows;
  ck_assert_uint_eq (pacer_next (&pacer, 0, 1), before);
}

TEST (init__batch_size_is_the_most)
{
  Pacer pacer;

  pacer_init (&pacer, 600);
  ck_assert_uint_eq (pacer.n_rows, 500);
  ck_assert_uint_eq (pacer_next (&pacer, 500, 1), 600);
  ck_assert_uint_eq (pacer_next (&pacer, 600, 1), 600);
  pacer_init (&pacer, 3);
  ck_assert_uint_eq (pacer.n_rows, 3);
  ck_assert_uint_eq (pacer_next (&pacer, 3, 60000), 3);
}

TEST (shrink__halves)
{
  Pacer pacer;

  pacer_init (&pacer, 0);
  ck_assert_uint_eq (pacer_shrink (&pacer), 250);
  for (guint i = 0; i < 20; i++)
    pacer_shrink (&pacer);
  ck_assert_uint_eq (pacer.n_rows, PACER_MIN_ROWS);
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

TEST_MAIN ("runner/pacer", init__starts_small, next__grows_by_half_at_most,
           next__grows_faster_far_below_the_target, next__stays_within_the_bounds,
           next__settles_at_the_target, next__never_overshoots_where_rows_cost_the_same,
           next__is_cut_to_a_quarter_over_three_times_the_target,
           next__is_cut_to_a_tenth_over_five_times_the_target,
           next__does_not_panic_at_three_times_the_target,
           next__learns_nothing_from_an_empty_chunk, init__batch_size_is_the_most,
           shrink__halves, rest__comes_in_time_for_everybody_who_waits)
