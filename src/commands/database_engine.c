/* SPDX-License-Identifier: Apache-2.0
 *
 * From the scheme to the engine.
 */
#include "config.h"

#include "commands/database_engine.h"

#include "commands/database_url.h"

const SqlEngine *
database_engine_find (const char *url, GError **error)
{
  const char *name = database_url_engine (url, error);
  const SqlEngine *engine = name != NULL ? sql_engine_find (name) : NULL;

  if (name != NULL && engine == NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                 "--url: this zdm-run was built without the engine '%s'", name);
  return engine;
}
