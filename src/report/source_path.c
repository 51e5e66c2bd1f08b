/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths of files as they stand in a repository.
 */
#include "config.h"

#include "report/source_path.h"

#include <string.h>

static const char *
skip_dots (const char *file)
{
  while (g_str_has_prefix (file, "./"))
    for (file += 2; *file == '/';)
      file++;
  return file;
}

static const char *
skip_current_folder (const char *file)
{
  g_autofree char *folder = g_get_current_dir ();
  gsize length = strlen (folder);

  if (length > 1 && strncmp (file, folder, length) == 0 && file[length] == '/'
      && file[length + 1] != '\0')
    return file + length + 1;
  return file;
}

const char *
source_path (const char *file)
{
  return g_path_is_absolute (file) ? skip_current_folder (file) : skip_dots (file);
}

gboolean
source_is_relative (const char *file)
{
  return !g_path_is_absolute (source_path (file));
}

char *
source_uri (const char *file)
{
  const char *path = source_path (file);
  /* Who decodes it wants UTF-8.  A colon is encoded too: the first part of a relative
   * reference must have none. */
  g_autofree char *valid = g_utf8_make_valid (path, -1);
  g_autofree char *encoded = g_uri_escape_string (valid, "/", FALSE);

  return g_strconcat (g_path_is_absolute (path) ? "file://" : "", encoded, NULL);
}
