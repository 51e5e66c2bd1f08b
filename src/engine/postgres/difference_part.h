/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a difference, and what they share.
 */
#pragma once

#include "engine/postgres/difference.h"

/* "name", quoted. */
const char *pg_plan_name (const PgDifference *difference, const char *name);
const char *pg_plan_table (const PgDifference *difference, const char *name);

/* The table of exactly that name; (nullable). */
const Table *pg_plan_counterpart (const Database *database, const Table *table);

/* A part of the one short transaction. @detail: NULL for a plain statement */
Action *pg_plan_change (PgDifference *difference, const PgDetail *detail, LockClass lock,
                        const char *sql);
Action *pg_plan_statement (PgDifference *difference, const char *sql);

/* Triggers and second names ----------------------------------------------------- */

/* The server lets go no column that a trigger's condition speaks of. */
gboolean pg_plan_drop_triggers (PgDifference *difference, GError **error);
gboolean pg_plan_create_triggers (PgDifference *difference, GError **error);
void pg_plan_drop_aliases (PgDifference *difference);
void pg_plan_create_aliases (PgDifference *difference);

/* What binds rows --------------------------------------------------------------- */

void pg_plan_drop_constraint (PgDifference *difference, const Table *from,
                              const Table *to, const Constraint *constraint);

/* NOT VALID. @in_change: as a part of the short transaction */
gboolean pg_plan_add_constraint (PgDifference *difference, const Table *to,
                                 const Constraint *constraint, gboolean in_change,
                                 GError **error);
void pg_plan_validate (PgDifference *difference, const Table *table,
                       const Constraint *constraint, const char *name);

/* The check of the values of an ENUM. @comes: the column does, maybe of a named type */
void pg_plan_validate_enum (PgDifference *difference, const Table *table,
                            const char *column, gboolean comes);

/* A validated check, which makes NOT NULL instant. */
void pg_plan_prove_not_null (PgDifference *difference, const Table *table,
                             const char *column);

/* Whether the table has all of them. */
gboolean pg_plan_has_columns (const Table *table, const char *const *names);

/* A primary key or a unique constraint. */
gboolean pg_plan_is_key (const Constraint *constraint);

/* Whether it has to be made: it is not there, under another name either, and does not
 * come along with a column. */
gboolean pg_plan_constraint_comes (const Table *from, const Table *to,
                                   const Constraint *constraint);

/* Foreign keys first: they hold the keys they refer to. */
void pg_plan_drop_constraints (PgDifference *difference, gboolean foreign);

/* Whether a check or foreign key can stand before the change: its columns, and the key it
 * refers to, are there already, and nothing of its name. */
gboolean pg_plan_can_precede (const PgDifference *difference, const Table *from,
                              const Constraint *constraint);

/* Whether the key that it refers to is there within the change: not when its columns come
 * only then, and have to be filled. */
gboolean pg_plan_key_is_ready (const PgDifference *difference,
                               const Constraint *constraint);

/* The name under which something is built while its own one is taken. */
const char *pg_plan_aside_name (const PgDifference *difference, const Table *from,
                                const char *name);

/* Concurrently. @body: what stands behind the name */
void pg_plan_build_index (PgDifference *difference, const Table *table, const char *name,
                          gboolean unique, const char *body);

/* The index that was built becomes the key. */
void pg_plan_attach_key (PgDifference *difference, const Table *from, const Table *to,
                         const Constraint *key);

gboolean pg_plan_becomes_not_null (const Column *was, const Column *is);

/* Behind its proof, which goes then. */
void pg_plan_set_not_null (PgDifference *difference, const Table *table,
                           const char *column);

/* Of its parts, expressions left out. */
const char *const *pg_plan_index_columns (const PgDifference *difference,
                                          const Index *index);

/* The same of an index. */
gboolean pg_plan_index_comes (PgDifference *difference, const Table *from,
                              const Table *to, const Index *index);

/* What was built aside gets its name. */
void pg_plan_place_index (PgDifference *difference, const Table *from, const Table *to,
                          const Index *index);

void pg_plan_drop_indexes (PgDifference *difference, const Table *from, const Table *to);

/* Columns ------------------------------------------------------------------------ */

/* On the way back the primary key and the identity of a column that was renamed are still
 * its own when the old one is made: it stays NOT NULL until they are given back. */
gboolean pg_plan_is_bound_still (const PgDifference *difference, const Table *from,
                                 const Table *to, const char *column);

void pg_plan_relax_column (PgDifference *difference, const Table *table,
                           const char *column);

gboolean pg_plan_change_columns (PgDifference *difference, const Table *from,
                                 const Table *to, GError **error);

void pg_plan_drop_columns (PgDifference *difference, const Table *from, const Table *to);

/* Columns that take another one's place ------------------------------------------- */

/* The column to which what is bound to @column goes, since @column is dropped at the end
 * of its rename, or on the way back over that; NULL: none. */
const char *pg_plan_moved_to (const Table *from, const Table *to, const char *column);

/* The live objects of that name are built on the other column: nothing else is to do. */
gboolean pg_plan_is_carried (const Table *from, const Table *to, const char *name,
                             const char *const *columns);

/* @kind: PG_CARRY_PREPARE or PG_CARRY, from @column to @to */
void pg_plan_carry (PgDifference *difference, PgDetailKind kind, const Table *table,
                    const char *column, const char *to);

/* The same for each column that is moved. @comes: the columns that are there only behind
 * the change */
void pg_plan_carry_columns (PgDifference *difference, PgDetailKind kind,
                            const Table *from, const Table *to, gboolean comes);
