/* SPDX-License-Identifier: Apache-2.0
 *
 * Style: colours by role.  The only place that knows an escape sequence.
 */
#pragma once

#include <glib.h>

typedef enum
{
  ROLE_HEADING,
  ROLE_PLACE, /* file:line:column */
  ROLE_ERROR,
  ROLE_WARNING,
  ROLE_INFO,
  ROLE_GOOD,
  ROLE_FAINT, /* line numbers, carets, what matters less */
} Role;

typedef enum
{
  COLOR_AUTO,
  COLOR_ALWAYS,
  COLOR_NEVER,
} ColorMode;

/* Whether to colour what goes to the file descriptor @fd.  COLOR_AUTO: only a
 * terminal, and not when NO_COLOR is set or TERM is "dumb". */
gboolean style_wants_color (ColorMode mode, int fd);

void style_begin (GString *out, gboolean color, Role role);
void style_end (GString *out, gboolean color);

/* Appends @text, which is printable already, in the colour of @role. */
void style_append (GString *out, gboolean color, Role role, const char *text);
