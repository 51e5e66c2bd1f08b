/* SPDX-License-Identifier: Apache-2.0
 *
 * Libraries by their names.
 */
#include "config.h"

#include "engine/sql/library.h"

#include <dlfcn.h>

#include "model/error.h"

gpointer
library_open (const char *file, const char *server, GError **error)
{
  void *library = dlopen (file, RTLD_NOW | RTLD_LOCAL);

  if (library == NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                 "%s is reached through a library that cannot be loaded: %s", server,
                 dlerror ());
  return library;
}

gboolean
library_find (gpointer library, const char *file, const char *name, void *function,
              GError **error)
{
  void *symbol = dlsym (library, name);

  if (symbol == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "%s has no function %s; a newer one is needed", file, name);
      return FALSE;
    }
  *(void **) function = symbol;
  return TRUE;
}
