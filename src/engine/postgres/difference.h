/* SPDX-License-Identifier: Apache-2.0
 *
 * PgDifference: what leads from one shape of the tables to another, as actions.
 *
 * Three parts: what can be prepared while everything goes on (indexes, proofs of NOT
 * NULL, constraints), one short transaction of instant changes, and what needs its
 * columns.
 */
#pragma once

#include "engine/postgres/detail.h"

typedef struct
{
  const StepShape *step;
  const Database *from, *to;
  gboolean back; /* the way back begins wherever the way there has stopped */
  Arena *arena;
  GPtrArray *actions;
  gboolean in_change; /* the short transaction is open */
} PgDifference;

/* Appends an action in a transaction of its own. @detail: NULL for a plain statement */
Action *pg_difference_add (PgDifference *difference, const PgDetail *detail,
                           LockClass lock, ActionCost cost, const char *sql);

/* The first two parts but for new triggers; then those, and the third. */
gboolean pg_difference_plan (PgDifference *difference, GError **error);
gboolean pg_difference_finish (PgDifference *difference, GError **error);

/* Renames of tables, and two columns that exchange their names. */
gboolean pg_difference_rename_table (PgDifference *difference, const char *from,
                                     const char *to, GError **error);
gboolean pg_difference_swap (PgDifference *difference, const Table *table,
                             const char *column, const char *shadow, const char *old_name,
                             GError **error);

/* What has been filled with a column that it is the new name of gets that one's indexes:
 * nothing where @column is none. */
void pg_difference_mirror (PgDifference *difference, const Table *table,
                           const char *column);
