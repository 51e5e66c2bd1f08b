/* SPDX-License-Identifier: Apache-2.0
 *
 * What the bench programs share.
 */
#pragma once

#include <glib.h>
#include <stdlib.h>

static inline double
milliseconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / 1000.0;
}

static inline int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Sorts @times. */
static inline double
median (double *times, guint n)
{
  qsort (times, n, sizeof *times, compare_doubles);
  return times[n / 2];
}

static inline void G_GNUC_NORETURN
give_up (const char *why)
{
  g_printerr ("%s: %s\n", g_get_prgname (), why);
  exit (1);
}
