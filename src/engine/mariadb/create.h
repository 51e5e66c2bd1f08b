/* SPDX-License-Identifier: Apache-2.0
 *
 * Create: tables, columns, constraints and indexes of the model as MariaDB's SQL.
 */
#pragma once

#include "model/database.h"

/* What the column is declared as: its native type, or that of the model. */
const char *maria_column_type (const Column *column, Arena *arena);

/* @text gets the default's SQL; NULL: none.  FALSE with ZDM_ERROR_UNSUPPORTED when its
 * expression is of other engines only */
gboolean maria_default_text (const Column *column, Arena *arena, const char **text,
                             GError **error);

/* "`a` INT NOT NULL DEFAULT 1".  @nullable: in place of the column's own */
const char *maria_column_text (const Column *column, gboolean nullable, Arena *arena,
                               GError **error);

/* The condition of a check: it accepts what bound_check_accepts() does. */
const char *maria_check_text (const Table *table, const Constraint *constraint,
                              Arena *arena, GError **error);

/* A foreign key that names no columns of the other table, with those of @columns, which
 * may be NULL: the server wants names.  Any other constraint is itself. */
const Constraint *maria_full_reference (const Constraint *key, const char *const *columns,
                                        Arena *arena);

/* "UNIQUE `u` (`a`)", as CREATE TABLE and ADD take it. */
const char *maria_constraint_text (const Table *table, const Constraint *constraint,
                                   Arena *arena, GError **error);

/* "UNIQUE INDEX `i` (`a` DESC)". */
const char *maria_index_text (const Table *table, const Index *index, Arena *arena,
                              GError **error);

/* With its constraints and indexes; names compare by exact value. */
const char *maria_create_table_text (const Table *table, Arena *arena, GError **error);
