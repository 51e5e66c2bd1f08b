/* SPDX-License-Identifier: Apache-2.0
 *
 * The one GError domain.  A code says what the caller may do about it; the
 * message is for people and is never looked at by code.
 */
#pragma once

#include <glib.h>

#define ZDM_ERROR (zdm_error_quark ())
GQuark zdm_error_quark (void);

typedef enum
{
  ZDM_ERROR_INVALID,         /* the file or the request makes no sense: exit 1 */
  ZDM_ERROR_EXISTS,          /* an object that is to be made is there already */
  ZDM_ERROR_MISSING,         /* an object that is needed is not there */
  ZDM_ERROR_CONVERSION,      /* a value does not convert or does not fit */
  ZDM_ERROR_CONSTRAINT,      /* a row breaks a constraint */
  ZDM_ERROR_GATE,            /* rows are out of step: no contract, or no end to a fill */
  ZDM_ERROR_MARKED_TO_FAIL,  /* the step is marked `fail: true`, or --fail-at */
  ZDM_ERROR_UNSUPPORTED,     /* this engine cannot do it */
  ZDM_ERROR_UNSAFE,          /* this server cannot do it while others write: exit 1 */
  ZDM_ERROR_IO,              /* a file or a stream failed */
  ZDM_ERROR_CONNECTION_LOST, /* the database went away */
  ZDM_ERROR_LOCK_TIMEOUT,    /* a lock was not granted in time */
  ZDM_ERROR_DEADLOCK,        /* chosen as a deadlock's victim: try again */
  ZDM_ERROR_CONNECT,         /* the database cannot be opened: exit 7 */
  ZDM_ERROR_HELD,            /* another runner is at work: exit 6 */
  ZDM_ERROR_FENCED,          /* another runner has taken over from this one */
  ZDM_ERROR_DRIFT,       /* the database is not what the file or the journal says: 8 */
  ZDM_ERROR_INTERRUPTED, /* a signal asked for an end */
  ZDM_ERROR_SYNTAX,      /* the database does not understand the statement */
} ZdmError;

/* Whether the cause lies neither in the file nor in the data: nothing of what was done is
 * wrong, and it can be gone on with later. */
gboolean zdm_error_is_outside (const GError *error);
