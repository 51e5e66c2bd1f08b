/* SPDX-License-Identifier: Apache-2.0
 *
 * libpq: the library, loaded when a database on PostgreSQL is first opened.
 *
 * It brings two dozen libraries along (TLS, Kerberos, LDAP), and loading them takes ten
 * times as long as all that zdm-run does for a small file.
 */
#pragma once

#include <libpq-fe.h>

#include <glib.h>

/* ZDM_ERROR_UNSUPPORTED where it is not installed.  Its functions are called after that
 * only. */
gboolean libpq_load (GError **error);
