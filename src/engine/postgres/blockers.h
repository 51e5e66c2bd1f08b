/* SPDX-License-Identifier: Apache-2.0
 *
 * Blockers: who holds the lock that a statement of ours waits for.
 *
 * That can be seen only while it waits, and by somebody else: a second connection, which
 * is opened when a statement has waited for most of its time, and kept.
 */
#pragma once

#include "engine/postgres/connection.h"

typedef struct PgBlockers PgBlockers;

PgBlockers *pg_blockers_new (const char *url);
void pg_blockers_free (PgBlockers *self);

/* As PQexec(): the last result.  Looks who holds it up once @watch_ms are over. */
PGresult *pg_blockers_exec (PgBlockers *self, PGconn *connection, const char *sql,
                            guint watch_ms);

/* "held up by pid 4711 (…)", of the last statement; or NULL: nobody was seen */
const char *pg_blockers_found (const PgBlockers *self);

/* See SqlEngine.old_readers. */
gboolean pg_old_readers (SqlConnection *connection, guint64 age_ms, char **readers,
                         char **blind, GError **error);
