/* SPDX-License-Identifier: Apache-2.0
 *
 * Backfill pacing: how many rows the next chunk may touch.
 *
 * Pure arithmetic on measured times; it never sees a connection, so the tests feed it
 * times and read sizes.  The run owns one Pacer a fill.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint n_rows;    /* of the next chunk */
  guint target_ms; /* how long a chunk may hold its locks */
  guint min_rows, max_rows;
  /* private */
  guint n_samples;
  double ms_per_row;
  double worked_ms; /* since the last rest */
} Pacer;

#define PACER_START_ROWS 500
#define PACER_TARGET_MS 150
#define PACER_MIN_ROWS 10
#define PACER_MAX_ROWS 200000
#define PACER_WORK_MS 2500
#define PACER_REST_MS 110

/* @batch_size: the most rows a chunk may have; 0: the usual bounds */
void pacer_init (Pacer *pacer, guint batch_size);

/**
 * pacer_next:
 * @n_rows: what the last chunk touched
 * @elapsed_ms: how long it held its locks
 *
 * Returns: rows the next chunk may touch, within [min_rows, max_rows]: grows by half at
 *   most (three times where it is far below the target), and is cut at once when the
 *   chunk took over three times the target
 */
guint pacer_next (Pacer *pacer, guint64 n_rows, double elapsed_ms);

/* After a conflict (busy, deadlock): half. */
guint pacer_shrink (Pacer *pacer);

/**
 * pacer_rest:
 * @elapsed_ms: how long the last chunk held its locks
 *
 * Returns: how many ms nothing should be locked now.  Who waits for a lock without a
 * queue asks for it again and again, at last every 100 ms (SQLite does), and would never
 * find it free between one chunk and the next.
 */
guint pacer_rest (Pacer *pacer, double elapsed_ms);
