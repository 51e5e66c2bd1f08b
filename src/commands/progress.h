/* SPDX-License-Identifier: Apache-2.0
 *
 * Progress: a line to standard error for each step, with --verbose.
 */
#pragma once

#include "commands/options.h"

/* Returns: (nullable): who hears of the steps */
const MigrationObserver *progress_observer (const Options *options);
