/* SPDX-License-Identifier: Apache-2.0
 *
 * Scratch databases, on the server of the one they are copies of.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/**
 * mariadb_copy:
 * @path: its last two parts become the name: "zdm_rehearse_ab12cd_0"
 *
 * The account needs all rights on `zdm\_rehearse\_%`.*, and to read all of the database.
 */
char *mariadb_copy (const char *url, const char *path, GError **error);
void mariadb_forget_copy (const char *url);

/* FALSE with ZDM_ERROR_UNSAFE where the connection is to a scratch database and the
 * user's own statements name another one. */
gboolean maria_scratch_admit (SqlConnection *connection, const Action *action,
                              GError **error);
