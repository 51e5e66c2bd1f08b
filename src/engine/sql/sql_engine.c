/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQL engines of this build.
 */
#include "config.h"

#include "engine/sql/sql_engine.h"

#include "engine/sqlite/sqlite.h"

static const SqlEngine *const ENGINES[] = {
  &engine_sqlite,
  NULL,
};

const SqlEngine *const *
sql_engine_list (void)
{
  return ENGINES;
}

const SqlEngine *
sql_engine_find (const char *name)
{
  for (guint i = 0; ENGINES[i] != NULL; i++)
    if (g_str_equal (ENGINES[i]->name, name))
      return ENGINES[i];
  return NULL;
}
