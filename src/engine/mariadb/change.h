/* SPDX-License-Identifier: Apache-2.0
 *
 * Change: what everybody waits for, an instant.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"

/* Under LOCK TABLES. @definitions: see SqlEngine.perform.  What has been done by a run
 * that was killed is not done again. */
gboolean maria_change (SqlConnection *connection, const MariaChange *change,
                       const char *definitions, GError **error);

/* With the columns that the live table has, where it reads more than the file declares.
 */
gboolean maria_make_trigger (SqlConnection *connection, const MariaTrigger *trigger,
                             GError **error);

/* Outside of locks. */
gboolean maria_alter_live (SqlConnection *connection, const MariaAlter *alter,
                           GError **error);

/* A second name for the table. */
gboolean maria_make_alias (SqlConnection *connection, const MariaDetail *detail,
                           GError **error);

/* The second name becomes the first one: there is no moment without it. */
gboolean maria_rename_table (SqlConnection *connection, const MariaDetail *detail,
                             GError **error);
