/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a difference, and what they share.
 */
#pragma once

#include "engine/mariadb/difference.h"

#define INSTANT ", ALGORITHM=INSTANT, LOCK=NONE"
#define NOCOPY ", ALGORITHM=NOCOPY, LOCK=NONE"
#define INPLACE ", ALGORITHM=INPLACE, LOCK=NONE"

/* `name` */
const char *maria_name (const MariaDifference *difference, const char *name);

/* The table of exactly that name; (nullable). */
const Table *maria_counterpart (const Database *database, const Table *table);

/* FALSE, always, with ZDM_ERROR_UNSUPPORTED. */
gboolean maria_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

Action *maria_add_statement (MariaDifference *difference, LockClass lock, ActionCost cost,
                             const char *sql);

/* ALTER TABLE @table @clause.  Whoever allows it to block lets the server choose: then
 * @algorithm is left out. */
Action *maria_alter (MariaDifference *difference, const Table *table, const char *clause,
                     const char *algorithm, ActionCost cost);

/* What the server can only do with a copy of the table, while writers wait. */
Action *maria_alter_by_copy (MariaDifference *difference, const Table *table,
                             const char *clause);

/* All that the step would make and that must not be there yet. */
void maria_see_new (MariaDifference *difference);

/* One of them: the query must not give a row. */
void maria_see_that_not (MariaDifference *difference, const char *query,
                         const char *what);

void maria_see_column (MariaDifference *difference, const Table *table,
                       const char *column);

/* That the index, where it is there, has all of its columns. */
void maria_see_whole (MariaDifference *difference, const Table *table, const char *index,
                      guint n_columns);

/* Whether all that the step changes can be changed. */
gboolean maria_check_shapes (const MariaDifference *difference, GError **error);

/* Pairs: a column that goes at the end of its rename, or on the way back over that, and
 * the one that stays; NULL-ended. */
const char *const *maria_moved_columns (const Table *from, const Table *to, Arena *arena);

/* Whether the server keeps no more than a hash, or a part, of it in an index. */
gboolean maria_is_long (const Column *column, Arena *arena);

/* Columns ----------------------------------------------------------------------- */

/* The live column whose own exact type a new one takes: in a rename, and on the way back
 * over it; (nullable). */
const char *maria_source_of_type (const Table *to, const Column *column);

/* The live column whose name the new one takes in the end, or the other way round;
 * (nullable). */
const char *maria_replaced_by (const Table *to, const Column *column);

/* NULL or NOT NULL, with all else as it is; the server rebuilds the table meanwhile. */
void maria_bind_nulls (MariaDifference *difference, const Table *table,
                       const Column *column, gboolean nullable);

gboolean maria_add_columns (MariaDifference *difference, const Table *from,
                            const Table *to, GError **error);
/* Columns that were no mirrors and become such again lose their defaults, before triggers
 * take these for what somebody writes. */
gboolean maria_strip_mirrors (MariaDifference *difference, const Table *from,
                              const Table *to, GError **error);

/* MariaHandover *, of those that are mirrors no longer. */
gboolean maria_add_handovers (MariaDifference *difference, const Table *from,
                              const Table *to, GPtrArray *handovers, GError **error);

gboolean maria_change_columns (MariaDifference *difference, const Table *from,
                               const Table *to, GError **error);

/* Columns that come back are filled, and then bound again. */
void maria_refill_columns (MariaDifference *difference, const Table *from,
                           const Table *to);

/* NULL-ended. */
const char *const *maria_gone_columns (const MariaDifference *difference,
                                       const Table *from, const Table *to);

/* Numbers of another size, which the server copies without a change. */
gboolean maria_changes_number (const Column *was, const Column *is);

/* Whether all that foreign keys bind to the column gets its type by the file's end. */
gboolean maria_check_retype (const MariaDifference *difference, const Table *table,
                             const Column *column, GError **error);

/* Foreign keys that would not be given back as they are. */
void maria_see_retypes (MariaDifference *difference, const Table *from, const Table *to);

/* @bound: gets whether foreign keys bind the column: then it is changed with all that
 * they bind to it, in the step in which they all have one type again */
gboolean maria_retype_bound (MariaDifference *difference, const Table *table,
                             const Column *is, gboolean *bound, GError **error);

/* Triggers ---------------------------------------------------------------------- */

/* Makes the triggers that come, where nothing has to go. @later: gets whether there is
 * something that goes: then they come with that */
gboolean maria_add_triggers (MariaDifference *difference, gboolean *later,
                             GError **error);

/* The same with two columns that exchange their places. */
gboolean maria_swap_at_once (MariaDifference *difference, MariaSwap *swap,
                             GError **error);

/* Triggers and columns that go, and the triggers that come, under one lock. */
gboolean maria_change_at_once (MariaDifference *difference, gboolean later,
                               GError **error);

/* Constraints and indexes ------------------------------------------------------- */

/* A foreign key with the columns that it refers to; any other constraint as it is. */
const Constraint *maria_with_columns (const MariaDifference *difference,
                                      const Constraint *key);

/* The statement that adds the foreign key, without a look at the rows that are there; and
 * that look.  (nullable): NULL with an error */
const char *maria_reference_sql (const MariaDifference *difference, const Table *table,
                                 const Constraint *key, GError **error);
void maria_prove_reference (MariaDifference *difference, const Table *table,
                            const Constraint *key);

/* Whether the index can be added while writers go on. */
gboolean maria_check_unique_index (const MariaDifference *difference, const Table *table,
                                   const Index *index, GError **error);

/* Indexes over @column of @table are built on @other beside them, and then take the place
 * of them, which are over @old_name by then. */
gboolean maria_build_aside (MariaDifference *difference, const Table *table,
                            const char *column, const char *other, GError **error);
void maria_place_aside (MariaDifference *difference, const Table *table,
                        const char *column, const char *old_name);

/* Those over a column that moves are built on the other one. */
gboolean maria_carry_bound (MariaDifference *difference, const Table *from,
                            const Table *to, GError **error);
gboolean maria_add_bound (MariaDifference *difference, const Table *from, const Table *to,
                          GError **error);
gboolean maria_add_references (MariaDifference *difference, const Table *from,
                               const Table *to, GError **error);
gboolean maria_drop_references (MariaDifference *difference, const Table *from,
                                const Table *to, GError **error);
gboolean maria_drop_bound (MariaDifference *difference, const Table *from,
                           const Table *to, GError **error);
