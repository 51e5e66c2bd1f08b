/* SPDX-License-Identifier: Apache-2.0
 *
 * Connection: one session on a PostgreSQL server, and what its answers mean to us.
 *
 * Our own session has settings of its own, so that what it says and reads does not depend
 * on the server's.  The applications' sessions have theirs: what runs there (the
 * triggers' functions) depends on none.
 */
#pragma once

#include "engine/postgres/libpq.h"
#include "engine/sql/sql_engine.h"

/* Where the journal, the images and the triggers' functions are. */
#define POSTGRES_SCHEMA "zdm"

SqlConnection *postgres_connection_open (const SqlEngine *engine, const char *url,
                                         SqlAccess access, GError **error);
void postgres_connection_close (SqlConnection *connection);
gboolean postgres_connection_reconnect (SqlConnection *connection, GError **error);
gboolean postgres_connection_begin (SqlConnection *connection, SqlPurpose purpose,
                                    guint patience_ms, GError **error);
gboolean postgres_connection_commit (SqlConnection *connection, GError **error);
void postgres_connection_roll_back (SqlConnection *connection);
gboolean postgres_connection_run (SqlConnection *connection, const char *sql,
                                  const Value *parameters, guint n_parameters,
                                  SqlRowFunction row, gpointer data, guint64 *n_changed,
                                  GError **error);
gboolean postgres_connection_has_table (SqlConnection *connection, const char *name,
                                        gboolean *found, GError **error);
gboolean postgres_connection_session_lock (SqlConnection *connection, gboolean take,
                                           gboolean *is_free, GError **error);
gboolean postgres_connection_prepare_journal (SqlConnection *connection, gboolean inside,
                                              GError **error);

/* For the engine's own files. ---------------------------------------------------- */

typedef PGresult PostgresResult;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PostgresResult, PQclear)

/* Any number of statements, without parameters. @n_changed: by the last one; or NULL */
gboolean postgres_exec (SqlConnection *connection, const char *sql, guint64 *n_changed,
                        GError **error);

/* The rows of one query.  (transfer full) */
PostgresResult *postgres_query (SqlConnection *connection, const char *sql,
                                GError **error);

/* The same, of a query that is asked again and again: the session plans it once. */
PostgresResult *postgres_query_often (SqlConnection *connection, const char *sql,
                                      GError **error);

/* Whether the server can read it, and find what it names: nothing of it is run. */
gboolean postgres_parse (SqlConnection *connection, const char *sql, GError **error);

/* The first column of the first row, "" for null; @text is NULL when there is no row. */
gboolean postgres_text (SqlConnection *connection, const char *sql, const char **text,
                        Arena *arena, GError **error);

/* Whether the query gives a row. */
gboolean postgres_finds (SqlConnection *connection, const char *sql, gboolean *found,
                         GError **error);

gboolean postgres_connection_is_in_transaction (SqlConnection *connection);

/* The cell, or NULL for null. */
const char *postgres_cell (const PostgresResult *result, int row, int column);

/* Hears of what the server says beside its answers: "building index …". */
typedef void (*PostgresListener) (const char *message, gpointer data);
void postgres_listen (SqlConnection *connection, PostgresListener listener,
                      gpointer data);

/* What is said of tables in these schemas (quoted, NULL-ended, borrowed) goes to
 * temporary ones from now on, so that nothing can reach them. */
void postgres_divert (SqlConnection *connection, const char *const *schemas);
