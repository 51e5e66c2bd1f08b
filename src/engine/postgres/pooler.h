/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a connection leads to one session of the server, or through a pooler that gives
 * each transaction another one.
 *
 * Behind such a pooler neither the runner's lock nor its settings would hold: they would
 * be those of whoever gets that session next, which may be an application.  So it is
 * found out before anything is set, by reading only.
 */
#pragma once

#include "engine/postgres/libpq.h"

/**
 * pooler_check:
 * @conn: just opened to @url, by @again
 * @again: opens one more connection to it
 * @backend: gets the number of the server's process that @conn keeps
 *
 * Returns: FALSE with ZDM_ERROR_CONNECT when sessions are shared, or it cannot be told
 */
gboolean pooler_check (PGconn *conn, const char *url, PGconn *(*again) (const char *url),
                       int *backend, GError **error);
