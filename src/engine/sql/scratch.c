/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of scratch databases.
 */
#include "config.h"

#include "engine/sql/scratch.h"

#include <string.h>

char *
sql_scratch_name (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *last = g_path_get_basename (path);
  const char *dash = strrchr (folder, '-');
  g_autofree char *own = g_ascii_strdown (dash != NULL ? dash + 1 : "", -1);

  return g_strdup_printf (SQL_SCRATCH_PREFIX "%s_%s", own, last);
}

gboolean
sql_is_scratch (const char *name)
{
  return g_str_has_prefix (name, SQL_SCRATCH_PREFIX);
}
