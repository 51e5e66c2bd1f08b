/* SPDX-License-Identifier: Apache-2.0
 *
 * Tap: the lines by which a test program that is a loop over folders says what came out.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint n_lines, n_failed;
} Tap;

/* @problem: (nullable): what is wrong; NULL: nothing is */
static inline void
tap_result (Tap *tap, const char *name, const char *problem)
{
  g_auto (GStrv) lines = problem != NULL ? g_strsplit (problem, "\n", -1) : NULL;

  g_print ("%sok %u - %s\n", problem != NULL ? "not " : "", ++tap->n_lines, name);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    g_print ("# %s\n", lines[i]);
  if (problem != NULL)
    tap->n_failed++;
}

static inline void
tap_skip (Tap *tap, const char *name, const char *reason)
{
  g_print ("ok %u - %s # SKIP %s\n", ++tap->n_lines, name, reason);
}

/* Returns: the exit code */
static inline int
tap_end (const Tap *tap)
{
  g_print ("1..%u\n", tap->n_lines);
  return tap->n_failed > 0;
}
