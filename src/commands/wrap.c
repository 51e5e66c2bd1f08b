/* SPDX-License-Identifier: Apache-2.0
 *
 * Breaks lines at spaces.
 */
#include "config.h"

#include "commands/wrap.h"

#include "report/printable.h"

static void
wrap_line (GString *out, const char *line, guint width)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint column = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint n_columns = printable_width (words[i]);

      if (column > 0 && column + 1 + n_columns > width)
        {
          g_string_append_c (out, '\n');
          column = 0;
        }
      else if (i > 0)
        {
          g_string_append_c (out, ' ');
          column++;
        }
      g_string_append (out, words[i]);
      column += n_columns;
    }
  g_string_append_c (out, '\n');
}

void
wrap_append (GString *out, const char *text, guint width)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    wrap_line (out, lines[i], width);
}
