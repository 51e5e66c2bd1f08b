/* SPDX-License-Identifier: Apache-2.0
 *
 * Quotes where it must.
 */
#include "config.h"

#include "report/shell_word.h"

#include <string.h>

#include "report/printable.h"

static gboolean
is_plain (const char *word)
{
  for (const char *at = word; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("._/+-:@%,", *at) == NULL)
      return FALSE;
  return word[0] != '\0';
}

void
shell_word_append (GString *out, const char *file)
{
  const char *word = g_str_equal (file, "<stdin>") ? "-" : file;
  g_autofree char *quoted = is_plain (word) ? g_strdup (word) : g_shell_quote (word);

  printable_append (out, quoted, -1);
}
