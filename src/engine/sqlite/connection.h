/* SPDX-License-Identifier: Apache-2.0
 *
 * Connection: SQLite's driver, what it says of errors, and its transactions.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sql/sql_engine.h"
#include "model/type.h"

SqlConnection *sqlite_connection_open (const SqlEngine *engine, const char *url,
                                       SqlAccess access, GError **error);
/* An empty database that is gone when it is closed. */
SqlConnection *sqlite_connection_in_memory (const SqlEngine *engine, GError **error);
void sqlite_connection_close (SqlConnection *connection);
gboolean sqlite_connection_begin (SqlConnection *connection, guint patience_ms,
                                  GError **error);
gboolean sqlite_connection_commit (SqlConnection *connection, GError **error);
void sqlite_connection_roll_back (SqlConnection *connection);
gboolean sqlite_connection_run (SqlConnection *connection, const char *sql,
                                const Value *parameters, guint n_parameters,
                                SqlRowFunction row, gpointer data, guint64 *n_changed,
                                GError **error);
gboolean sqlite_connection_has_table (SqlConnection *connection, const char *name,
                                      gboolean *found, GError **error);

sqlite3 *sqlite_connection_handle (SqlConnection *connection);

/* Outside of a transaction only. */
gboolean sqlite_connection_set_foreign_keys (SqlConnection *connection, gboolean enforced,
                                             GError **error);

/* Sets an error with what SQLite says.  @what: what it is about; or NULL
 * Returns: FALSE, always */
gboolean sqlite_error (sqlite3 *db, const char *what, GError **error);
