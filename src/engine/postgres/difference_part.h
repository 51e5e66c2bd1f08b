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

/* A validated check, which makes NOT NULL instant. */
void pg_plan_prove_not_null (PgDifference *difference, const Table *table,
                             const char *column);

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
