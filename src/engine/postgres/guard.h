/* SPDX-License-Identifier: Apache-2.0
 *
 * Guard: functions of the server's that give what SQL of the user's makes of a row, or
 * say why it fails.  They are made where a statement has failed, in its transaction, and
 * are gone again before that ends.
 */
#pragma once

#include "engine/sql/guarded.h"

/* The savepoint behind which a statement may fail. */
gboolean pg_guard_begin (SqlConnection *connection, GError **error);

/* Whether what failed behind it can be asked again, under a guard: it was about values,
 * names and rights, and not about the moment.  All is as it was at the beginning then. */
gboolean pg_guard_again (SqlConnection *connection, const GError *problem);

/* An SqlGuard.  Each call makes two functions. */
gboolean pg_guard (SqlConnection *connection, const Table *table, const char *column,
                   const SqlExpression *in_trigger, SqlGuarded *guarded, Arena *arena,
                   GError **error);

/* Takes the functions away. */
gboolean pg_guard_end (SqlConnection *connection, GError **error);
