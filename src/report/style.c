/* SPDX-License-Identifier: Apache-2.0
 *
 * Colours by role.
 */
#include "config.h"

#include "report/style.h"

#include <unistd.h>

#define SGR(code) "\033[" code "m"

static const char *const ROLE_SGR[] = {
  [ROLE_HEADING] = SGR ("1"),    [ROLE_PLACE] = SGR ("1"), [ROLE_ERROR] = SGR ("1;31"),
  [ROLE_WARNING] = SGR ("1;33"), [ROLE_INFO] = SGR ("36"), [ROLE_GOOD] = SGR ("32"),
  [ROLE_FAINT] = SGR ("2"),
};

/* https://no-color.org: any value but the empty one. */
static gboolean
environment_allows_color (void)
{
  const char *no_color = g_getenv ("NO_COLOR");
  const char *term = g_getenv ("TERM");

  if (no_color != NULL && no_color[0] != '\0')
    return FALSE;
  return term != NULL && !g_str_equal (term, "dumb") && term[0] != '\0';
}

gboolean
style_wants_color (ColorMode mode, int fd)
{
  if (mode != COLOR_AUTO)
    return mode == COLOR_ALWAYS;
  return isatty (fd) && environment_allows_color ();
}

void
style_begin (GString *out, gboolean color, Role role)
{
  if (color)
    g_string_append (out, ROLE_SGR[role]);
}

void
style_end (GString *out, gboolean color)
{
  if (color)
    g_string_append (out, SGR ("0"));
}

void
style_append (GString *out, gboolean color, Role role, const char *text)
{
  style_begin (out, color, role);
  g_string_append (out, text);
  style_end (out, color);
}
