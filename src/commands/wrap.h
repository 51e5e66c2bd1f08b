/* SPDX-License-Identifier: Apache-2.0
 *
 * Wrap: a paragraph on lines of at most so many columns.
 */
#pragma once

#include <glib.h>

/* Appends @text, ending in a line feed; line feeds in @text stay. */
void wrap_append (GString *out, const char *text, guint width);
