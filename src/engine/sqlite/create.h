/* SPDX-License-Identifier: Apache-2.0
 *
 * Create: the model's tables, columns, constraints and indexes as SQLite's SQL.
 *
 * Texts are made in the arena that is given.  NULL comes with ZDM_ERROR_UNSUPPORTED when
 * SQLite has no such thing, or the file has no text for "sqlite" where it needs one.
 */
#pragma once

#include "model/table.h"

/* CREATE TABLE without its indexes. */
const char *sqlite_create_table_text (const Table *table, Arena *arena, GError **error);

/* The column whose values are the rowid: one INTEGER or BIGINT primary key alone.
 * Returns: (nullable) */
const Column *sqlite_rowid_column (const Table *table);

/* "name" TYPE and what else the column alone says, keys apart; also for ALTER TABLE ADD
 * COLUMN. */
const char *sqlite_column_text (const Column *column, Arena *arena, GError **error);

/* The declared type: native where the file gives one. */
const char *sqlite_column_type (const Column *column);

/* The condition that keeps an ENUM to its values; NULL for any other type. */
const char *sqlite_enum_check (const Column *column, Arena *arena);

/* The default as it stands behind DEFAULT.  @text: NULL when there is none */
gboolean sqlite_default_text (const Column *column, Arena *arena, const char **text,
                              GError **error);

/* CONSTRAINT "name" …, as a constraint of @table. */
const char *sqlite_constraint_text (const Table *table, const Constraint *constraint,
                                    Arena *arena, GError **error);

/* The condition of a check alone; true or null for what passes. */
const char *sqlite_check_text (const Table *table, const Constraint *constraint,
                               Arena *arena, GError **error);

const char *sqlite_create_index_text (const Table *table, const Index *index,
                                      Arena *arena, GError **error);
