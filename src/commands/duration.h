/* SPDX-License-Identifier: Apache-2.0
 *
 * Durations as a call says them: "500ms", "2s", "5m", "30".
 */
#pragma once

#include <glib.h>

/**
 * duration_parse:
 * @text: digits, then "ms", "s" or "m"; without a unit they are seconds
 * @ms: (out): milliseconds
 *
 * Returns: FALSE when it is no duration or more than a guint holds
 */
gboolean duration_parse (const char *text, guint *ms);
