/* SPDX-License-Identifier: Apache-2.0
 *
 * Library: a database's client library, loaded when a database of its kind is first
 * opened.
 *
 * Such libraries bring two dozen others along (TLS, Kerberos, LDAP), and loading them
 * takes ten times as long as all that zdm-run does for a small file.
 */
#pragma once

#include <glib.h>

/* Ours stand for the library's in this program alone. */
#define LIBRARY_OURS __attribute__ ((visibility ("hidden")))

/* Returns: (nullable): NULL with ZDM_ERROR_UNSUPPORTED where it is not installed.
 * @server: "PostgreSQL" */
gpointer library_open (const char *file, const char *server, GError **error);

/* @function: gets the address, in a pointer to a function */
gboolean library_find (gpointer library, const char *file, const char *name,
                       void *function, GError **error);
