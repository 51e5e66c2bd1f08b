/* SPDX-License-Identifier: Apache-2.0
 *
 * Blockers: who holds the lock that a statement of ours waits for.
 *
 * It is looked for while it waits, by a second session, which is opened when a statement
 * has been under way for half of its time, and kept.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/libmariadb.h"

typedef struct MariaBlockers MariaBlockers;

/* @connection: borrowed */
MariaBlockers *maria_blockers_new (SqlConnection *connection);
void maria_blockers_free (MariaBlockers *self); /* or NULL */

/* As mysql_real_query().  Looks who holds it up every @watch_ms. */
int maria_blockers_query (MariaBlockers *self, MYSQL *mysql, const char *sql,
                          guint watch_ms);

/* "held up by connection 42 (…)", of the last statement; or NULL: nobody was seen */
const char *maria_blockers_found (const MariaBlockers *self);

/* Who is in a transaction of REPEATABLE READ for @age_s or more: see
 * SqlEngine.old_readers.  @own_id: of the session that asks */
void maria_blockers_old_readers (MariaBlockers *self, gint64 own_id, guint64 age_s,
                                 char **readers, char **blind);
