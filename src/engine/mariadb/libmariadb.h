/* SPDX-License-Identifier: Apache-2.0
 *
 * libmariadb: the library, loaded when a database on MariaDB is first opened.
 */
#pragma once

#include <glib.h>

#include <mysql.h>

/* ZDM_ERROR_UNSUPPORTED where it is not installed.  Its functions are called after that
 * only. */
gboolean libmariadb_load (GError **error);
