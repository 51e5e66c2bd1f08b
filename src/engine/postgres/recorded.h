/* SPDX-License-Identifier: Apache-2.0
 *
 * Recorded: what the journal keeps of the live tables as they were when a run began.
 */
#pragma once

#include "engine/postgres/detail.h"
#include "engine/postgres/live.h"

/* The path in which names are looked up, and the defaults of @shape's columns, as text.
 * @shape: (nullable): the path only.  Returns: (transfer full): NULL with @error */
char *pg_record (SqlConnection *connection, const Database *shape, GError **error);

/* See struct SqlEngine. */
gboolean pg_settle (SqlConnection *connection, const char *record, GError **error);

/**
 * pg_recall_default:
 * @detail: that has been done; one of the way back
 * @record: (nullable): as pg_record() gave it
 *
 * Gives a column that has come back with its old type, or has been dropped, the default
 * that it had and the file does not declare.
 */
gboolean pg_recall_default (SqlConnection *connection, const PgDetail *detail,
                            const char *record, GError **error);
