/* SPDX-License-Identifier: Apache-2.0
 *
 * NewTables: the tables that a migration has created so far, which nobody uses yet.
 *
 * Typed operations and raw SQL share one, so that each knows of the other's tables.  A
 * table is new on some engines only, where the step that creates it runs on these.
 */
#pragma once

#include <glib.h>

typedef GHashTable NewTables; /* "schema.table" → TargetEngine bits */

NewTables *new_tables_new (void);

/* @schema: (nullable): PostgreSQL's "public" and SQLite's "main" are as good as none */
void new_tables_add (NewTables *tables, const char *schema, const char *table,
                     guint engines);

/* Whether the table is new on all of the engines. */
gboolean new_tables_has (NewTables *tables, const char *schema, const char *table,
                         guint engines);

/* Adds all of @more. */
void new_tables_merge (NewTables *tables, NewTables *more);
