/* SPDX-License-Identifier: Apache-2.0
 *
 * Relations: what a plan says about how old columns and new ones belong together.
 *
 * They are read off the plan alone, not off the engine's syncs, so that a write-sync that
 * is missing or runs one way only is found.
 */
#pragma once

#include "model/plan.h"

/* new = forward(old), old = backward(new). */
typedef struct
{
  const char *table; /* as it is called when the relation begins */
  guint first_step;  /* of the step, counted from 1, that begins it */
  const char *const *old_columns;
  const char *const *new_columns;
  const BoundTransform *const *forward;
  const BoundTransform *const *backward; /* or NULL: there is no way back */
  gboolean is_shadow;                    /* the new column takes the old one's name */
  guint swap_step;                       /* the step that does it; 0: none */
  guint end_step; /* that ends the sync while both columns stay; 0: none */
} Relation;

/**
 * relations_of_plan:
 * @tables: the declared tables
 *
 * Returns: (transfer container): Relation *, all in @arena
 */
GPtrArray *relations_of_plan (const MigrationPlan *plan, const Database *tables,
                              Arena *arena);

/* The step that ends the sync of the column, counted from 1; 0: none. */
guint relations_end_of_sync (const MigrationPlan *plan, const char *table,
                             const char *column);

/**
 * relation_loses:
 * @table: one that holds the old columns
 * @row: gets the first row that it loses something of
 *
 * Returns: whether backward (forward (old)) is another value than old for some row: an
 *   application that writes through the new columns then changes more than it means to
 */
gboolean relation_loses (const Relation *relation, const Table *table, gsize *row);

/* What @table is called once @n_steps steps of the plan are done, from when it had that
 * name after @from_step steps. */
const char *relations_table_name (const MigrationPlan *plan, const char *table,
                                  guint from_step, guint n_steps);
