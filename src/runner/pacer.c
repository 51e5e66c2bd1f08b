/* SPDX-License-Identifier: Apache-2.0
 *
 * Backfill pacing, see pacer.h.
 */
#include "config.h"

#include "runner/pacer.h"

/* A chunk grows by half, as the next rows may cost more; one that is far below the target
 * cannot harm by growing faster. */
#define PACER_GROWTH 1.5
#define PACER_FAR_GROWTH 3.0
#define PACER_FAR (1 / 8.0)

/* Over three times the target somebody waits on our locks: cut now, do not wait for the
 * average to notice. */
#define PACER_SLOW_FACTOR 3.0
#define PACER_STUCK_FACTOR 5.0

/* How much the last chunk counts against those before it. */
#define PACER_WEIGHT 0.3

void
pacer_init (Pacer *pacer, guint batch_size)
{
  *pacer = (Pacer){ .target_ms = PACER_TARGET_MS,
                    .min_rows = PACER_MIN_ROWS,
                    .max_rows = batch_size > 0 ? batch_size : PACER_MAX_ROWS };
  pacer->min_rows = MIN (pacer->min_rows, pacer->max_rows);
  pacer->n_rows = MIN (PACER_START_ROWS, pacer->max_rows);
}

static guint
set_rows (Pacer *pacer, double n_rows)
{
  pacer->n_rows = (guint) CLAMP (n_rows, pacer->min_rows, pacer->max_rows);
  return pacer->n_rows;
}

static void
take_sample (Pacer *pacer, double ms_per_row)
{
  double weight = pacer->n_samples == 0 ? 1 : PACER_WEIGHT;

  pacer->ms_per_row = pacer->ms_per_row * (1 - weight) + ms_per_row * weight;
  pacer->n_samples++;
}

guint
pacer_shrink (Pacer *pacer)
{
  return set_rows (pacer, pacer->n_rows / 2.0);
}

guint
pacer_next (Pacer *pacer, guint64 n_rows, double elapsed_ms)
{
  double over = elapsed_ms / pacer->target_ms;

  if (n_rows == 0)
    return over > PACER_SLOW_FACTOR ? pacer_shrink (pacer) : pacer->n_rows;
  take_sample (pacer, elapsed_ms / (double) n_rows);
  if (over > PACER_SLOW_FACTOR)
    {
      pacer->ms_per_row = elapsed_ms / (double) n_rows;
      return set_rows (pacer, pacer->n_rows / (over > PACER_STUCK_FACTOR ? 10.0 : 4.0));
    }
  double wanted = pacer->ms_per_row > 0 ? pacer->target_ms / pacer->ms_per_row
                                        : (double) pacer->max_rows;
  double growth = over < PACER_FAR ? PACER_FAR_GROWTH : PACER_GROWTH;
  return set_rows (pacer, MIN (wanted, pacer->n_rows * growth));
}

guint
pacer_rest (Pacer *pacer, double elapsed_ms)
{
  pacer->worked_ms += elapsed_ms;
  if (pacer->worked_ms < PACER_WORK_MS)
    return 0;
  pacer->worked_ms = 0;
  return PACER_REST_MS;
}
