/* SPDX-License-Identifier: Apache-2.0
 *
 * Create: what is declared, as PostgreSQL's definitions.  Texts live in the arena.
 */
#pragma once

#include "model/database.h"

/* What the column is declared as: its native type, or that of the model. */
const char *postgres_column_type (const Column *column, Arena *arena);

/* @text gets the default's SQL; NULL: none.  FALSE with ZDM_ERROR_UNSUPPORTED when its
 * expression has none for postgres */
gboolean postgres_default_text (const Column *column, Arena *arena, const char **text,
                                GError **error);

/* The condition of an ENUM's values; NULL: the column is none, or of a native type. */
const char *postgres_enum_check (const Column *column, Arena *arena);

/* What the check of an ENUM's values is called. */
const char *postgres_enum_name (const char *table, const char *column, Arena *arena);

/* "\"a\" integer NOT NULL DEFAULT 1". */
const char *postgres_column_text (const Column *column, Arena *arena, GError **error);

/* The condition of a check: it accepts what bound_check_accepts() does. */
const char *postgres_check_text (const Table *table, const Constraint *check,
                                 Arena *arena, GError **error);

/* "UNIQUE (\"a\")", without a name. */
const char *postgres_constraint_body (const Table *table, const Constraint *constraint,
                                      Arena *arena, GError **error);

const char *postgres_create_table_text (const Table *table, Arena *arena, GError **error);

/* "USING btree (\"a\") WHERE …", behind the table's name. */
const char *postgres_index_body (const Index *index, Arena *arena, GError **error);

/* "CREATE UNIQUE INDEX \"i\" ON \"t\" …". @how: "CONCURRENTLY ", or "" */
const char *postgres_create_index_text (const Table *table, const Index *index,
                                        const char *how, Arena *arena, GError **error);

/* "\"a\", \"b\"". @prefix: before each */
const char *postgres_names (Arena *arena, const char *prefix, const char *const *names);
