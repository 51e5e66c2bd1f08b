/* SPDX-License-Identifier: Apache-2.0
 *
 * libpq: the library, loaded when a database on PostgreSQL is first opened.
 */
#pragma once

#include <libpq-fe.h>

#include <glib.h>

/* ZDM_ERROR_UNSUPPORTED where it is not installed.  Its functions are called after that
 * only. */
gboolean libpq_load (GError **error);
