/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of a database, and one text for all that is in it.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* See SqlEngine. */
char *sqlite_copy (const char *url, const char *path, GError **error);
void sqlite_forget_copy (const char *url);
char *sqlite_digest (SqlConnection *connection, GError **error);
