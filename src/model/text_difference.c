/* SPDX-License-Identifier: Apache-2.0
 *
 * Two texts, line by line.
 */
#include "config.h"

#include "model/text_difference.h"

static GStrv
lines_of (const char *text)
{
  GStrv lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_strchomp (lines[i]);
  return lines;
}

TextDifference
text_difference (const char *was, const char *is)
{
  g_auto (GStrv) old_lines = lines_of (was);
  g_auto (GStrv) new_lines = lines_of (is);
  guint i = 0;

  while (old_lines[i] != NULL && g_strcmp0 (old_lines[i], new_lines[i]) == 0)
    i++;
  if (old_lines[i] == NULL && new_lines[i] == NULL)
    return (TextDifference){ 0 };
  return (TextDifference){ .line = i + 1,
                           .was = g_strdup (old_lines[i]),
                           .is = g_strdup (new_lines[i]) };
}

void
text_difference_clear (TextDifference *difference)
{
  g_clear_pointer (&difference->was, g_free);
  g_clear_pointer (&difference->is, g_free);
}
