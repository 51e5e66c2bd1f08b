/* SPDX-License-Identifier: Apache-2.0
 *
 * RenameText: another column's name in a definition as the server writes it.
 */
#pragma once

#include "model/arena.h"

/* Names of functions, types and collations stay, and so does what stands in quotes. */
const char *pg_rename_in_text (const char *text, const char *from, const char *to,
                               Arena *arena);
