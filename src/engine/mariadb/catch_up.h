/* SPDX-License-Identifier: Apache-2.0
 *
 * Catch up: what was written while two columns had nothing that kept them in step, after
 * a run that was killed as they exchanged their places.
 *
 * It is done under the lock of the exchange, but for SQL of the user's, which could read
 * no other table there: then the triggers are there again by other names, until the
 * exchange is done, and it is done before.
 */
#pragma once

#include "engine/mariadb/detail.h"
#include "engine/sql/sql_engine.h"

/* Whether a run that was killed has left the tables without what kept them in step. */
gboolean maria_lacks_triggers (SqlConnection *connection, const MariaChange *change,
                               gboolean *lacks, GError **error);

/* Where that is so and it is SQL of the user's: outside of locks. */
gboolean maria_catch_up (SqlConnection *connection, const MariaChange *change,
                         GError **error);

/* Drops the triggers of other names. */
gboolean maria_end_catch_up (SqlConnection *connection, const MariaChange *change,
                             GError **error);
