/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions as the server shows them in information_schema: names in backticks, strings
 * in single quotes with backslashes that escape.
 */
#pragma once

#include "model/arena.h"

/* Behind the name, the string, the word or the sign that begins at @text. */
const char *maria_behind_token (const char *text);

/**
 * maria_shown_renamed:
 * @expression: what is shown of a CHECK
 *
 * Returns: the same with the name of a column exchanged wherever it stands
 */
const char *maria_shown_renamed (const char *expression, const char *from, const char *to,
                                 Arena *arena);
