/* SPDX-License-Identifier: Apache-2.0
 *
 * The error domain.
 */
#include "config.h"

#include "model/error.h"

G_DEFINE_QUARK (zdm - error - quark, zdm_error)

gboolean
zdm_error_is_outside (const GError *error)
{
  if (error->domain != ZDM_ERROR)
    return FALSE;
  switch (error->code)
    {
    case ZDM_ERROR_IO:
    case ZDM_ERROR_CONNECTION_LOST:
    case ZDM_ERROR_LOCK_TIMEOUT:
    case ZDM_ERROR_DEADLOCK:
    case ZDM_ERROR_CONNECT:
    case ZDM_ERROR_HELD:
    case ZDM_ERROR_FENCED:
    case ZDM_ERROR_INTERRUPTED:
    case ZDM_ERROR_DRIFT:
      return TRUE;
    default:
      return FALSE;
    }
}
