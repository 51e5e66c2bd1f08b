/* SPDX-License-Identifier: Apache-2.0
 *
 * A number and its unit.
 */
#include "config.h"

#include "commands/duration.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint ms;
} Unit;

static const Unit UNITS[] = {
  { "", 1000 },
  { "ms", 1 },
  { "s", 1000 },
  { "m", 60 * 1000 },
};

gboolean
duration_parse (const char *text, guint *ms)
{
  gsize n_digits = strspn (text, "0123456789");
  g_autofree char *digits = g_strndup (text, n_digits);
  guint64 number;

  for (guint i = 0; i < G_N_ELEMENTS (UNITS); i++)
    if (g_str_equal (UNITS[i].name, text + n_digits)
        && g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT / UNITS[i].ms, &number,
                                       NULL))
      {
        *ms = (guint) number * UNITS[i].ms;
        return TRUE;
      }
  return FALSE;
}
