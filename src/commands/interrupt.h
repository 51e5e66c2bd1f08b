/* SPDX-License-Identifier: Apache-2.0
 *
 * Interrupt: SIGINT and SIGTERM end a run on a database at its next safe point.
 */
#pragma once

#include <glib.h>

/* From now on the signals are noted, and end nothing by themselves. */
void interrupt_watch (void);

/* The signal that was noted; 0: none. */
int interrupt_signal (void);

gboolean interrupt_is_wanted (void);
