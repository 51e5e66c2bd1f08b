/* SPDX-License-Identifier: Apache-2.0
 *
 * What is in a database, as one text.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/**
 * mariadb_digest:
 *
 * Two databases have the same one if they have the same tables, rows, views, triggers,
 * routines and events, zdm's own tables aside, to the byte: whatever a collation takes
 * for alike.  What they are called themselves, and which number AUTO_INCREMENT or a
 * sequence gives next, which never goes back, is of no matter.
 */
char *mariadb_digest (SqlConnection *connection, GError **error);
