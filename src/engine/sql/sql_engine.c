/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQL engines of this build.
 */
#include "config.h"

#include "engine/sql/sql_engine.h"

#ifdef HAVE_MARIADB
#include "engine/mariadb/mariadb.h"
#endif
#ifdef HAVE_POSTGRES
#include "engine/postgres/postgres.h"
#endif
#include "engine/sqlite/sqlite.h"

static const SqlEngine *const ENGINES[] = {
  &engine_sqlite,
#ifdef HAVE_MARIADB
  &engine_mariadb,
#endif
#ifdef HAVE_POSTGRES
  &engine_postgres,
#endif
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
