/* SPDX-License-Identifier: Apache-2.0
 *
 * Scratch databases, on the server of the one they are copies of.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/**
 * postgres_copy:
 * @path: its last two parts become the name: "zdm_rehearse_ab12cd_0"
 *
 * A scratch database is copied by the server; any other one, which applications may be
 * connected to, through pg_dump and pg_restore: whole, with all its rows.  The role needs
 * CREATEDB.
 */
char *postgres_copy (const char *url, const char *path, GError **error);
void postgres_forget_copy (const char *url);

char *postgres_digest (SqlConnection *connection, GError **error);
