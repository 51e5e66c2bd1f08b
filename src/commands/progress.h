/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress, on standard error: a line for each step with --verbose, and a bar while rows
 * are moved on a terminal.
 */
#pragma once

#include "commands/options.h"
#include "runner/database_session.h"

/* Returns: (nullable): who hears of the steps */
const MigrationObserver *progress_observer (const Options *options);

/* Hears of the chunks of a fill.
 * @options: a const Options *
 * @n_rows: so far; @n_total: about how many there are, 0 where that is not known */
void progress_chunk (gpointer options, const Action *action, guint64 n_rows,
                     guint64 n_total, double rows_per_s, gboolean done);

/* Hears of the pauses between them, which nobody shall take for a standstill. */
void progress_pause (gpointer options, const Action *action, PauseEvent event,
                     const char *text);
