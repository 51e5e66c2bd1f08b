/* SPDX-License-Identifier: Apache-2.0
 *
 * Connection: one session on a MariaDB server, and what its answers mean to us.
 *
 * Our own session has settings of its own, so that what it says and reads does not depend
 * on the server's.  DDL ends every transaction, so it runs outside of them.
 */
#pragma once

#include "engine/mariadb/mariadb_url.h"
#include "engine/sql/sql_engine.h"

SqlConnection *mariadb_connection_open (const SqlEngine *engine, const char *url,
                                        SqlAccess access, GError **error);
void mariadb_connection_close (SqlConnection *connection);
gboolean mariadb_connection_reconnect (SqlConnection *connection, GError **error);
gboolean mariadb_connection_begin (SqlConnection *connection, SqlPurpose purpose,
                                   guint patience_ms, GError **error);
gboolean mariadb_connection_commit (SqlConnection *connection, GError **error);
void mariadb_connection_roll_back (SqlConnection *connection);
gboolean mariadb_connection_run (SqlConnection *connection, const char *sql,
                                 const Value *parameters, guint n_parameters,
                                 SqlRowFunction row, gpointer data, guint64 *n_changed,
                                 GError **error);
gboolean mariadb_connection_has_table (SqlConnection *connection, const char *name,
                                       gboolean *found, GError **error);
gboolean mariadb_connection_session_lock (SqlConnection *connection, gboolean take,
                                          gboolean *is_free, GError **error);
gboolean mariadb_connection_prepare_journal (SqlConnection *connection, gboolean inside,
                                             GError **error);

/* FALSE with the server's reason where this account may make no triggers; a session that
 * only reads does not ask. */
gboolean mariadb_connection_may_make_triggers (SqlConnection *connection, GError **error);

/* For the engine's own files. ---------------------------------------------------- */

/* How long statements of this session wait for a lock, and who holds it is looked for. */
gboolean mariadb_connection_be_patient (SqlConnection *connection, guint patience_ms,
                                        GError **error);

/* Another session, which only reads and is not patient: on the same server and database,
 * or on @host, in no database. */
SqlConnection *mariadb_connection_beside (SqlConnection *connection,
                                          const MariadbHost *host, GError **error);

/* See SqlEngine.old_readers. */
gboolean mariadb_connection_old_readers (SqlConnection *connection, guint64 age_ms,
                                         char **readers, char **blind, GError **error);

/* Those that the URL names. */
typedef struct MariaReplicas MariaReplicas;
MariaReplicas *mariadb_connection_replicas (SqlConnection *connection);

typedef struct MariadbResult MariadbResult;

void mariadb_result_free (MariadbResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MariadbResult, mariadb_result_free)

guint mariadb_n_rows (const MariadbResult *result);
guint mariadb_n_columns (const MariadbResult *result);

/* The cell, or NULL for null. */
const char *mariadb_cell (const MariadbResult *result, guint row, guint column);
gsize mariadb_cell_length (const MariadbResult *result, guint row, guint column);

/* Which column has that name; FALSE: none */
gboolean mariadb_find_column (const MariadbResult *result, const char *name,
                              guint *column);

/* One statement without parameters. @n_changed: or NULL */
gboolean mariadb_exec (SqlConnection *connection, const char *sql, guint64 *n_changed,
                       GError **error);

/* A change of a definition.  On a node of a cluster, where no lock of the session keeps
 * another runner off, the server looks in the same round trip whether one has taken over:
 * ZDM_ERROR_FENCED. */
gboolean mariadb_define (SqlConnection *connection, const char *sql, GError **error);

/* Statements of the user's, one behind the other; what they give is of no matter. */
gboolean mariadb_run_script (SqlConnection *connection, const char *sql, GError **error);

/* DDL within a transaction, which it ends: another one is begun behind it. */
gboolean mariadb_exec_in_transaction (SqlConnection *connection, const char *sql,
                                      GError **error);

/* The rows of one query.  (transfer full) */
MariadbResult *mariadb_query (SqlConnection *connection, const char *sql, GError **error);

/* The first column of the first row, "" for null; @text is NULL when there is no row. */
gboolean mariadb_text (SqlConnection *connection, const char *sql, const char **text,
                       Arena *arena, GError **error);

/* Whether the query gives a row. */
gboolean mariadb_finds (SqlConnection *connection, const char *sql, gboolean *found,
                        GError **error);
