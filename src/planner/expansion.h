/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion: one change on its way to becoming steps.
 *
 * Each change kind has a function that reads the change and the shape which the changes
 * before it have left, and adds steps or findings.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"

typedef struct
{
  MigrationPlan *plan;         /* whose arena owns what is made */
  Arena *arena;                /* plan->arena */
  const Operation *change;     /* the change, or a hand-written step that is completed */
  const Database *shape;       /* as the changes before have left it */
  DiagnosticList *diagnostics; /* gets findings */
  GPtrArray *steps; /* Operation *, in their order; owned by whoever made this */
  gboolean failed;  /* there was an error */
} Expansion;

typedef void (*ExpandFunction) (Expansion *expansion);

/* Adds an error at the change, beginning with its key.  @help may be NULL. */
void expansion_error (Expansion *expansion, const char *help, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

/* Adds the error a GError speaks of. */
void expansion_fail (Expansion *expansion, const GError *error);

/* The change's table, or NULL with an error. */
const Table *expansion_table (Expansion *expansion);

/* A column of it, or NULL with an error. */
const Column *expansion_column (Expansion *expansion, const Table *table,
                                const char *name);

/* A new step of @kind on the change's table, to be filled in. */
Operation *expansion_step (Expansion *expansion, MigrationPhase phase,
                           OperationKind kind);

/* The change itself as a step. */
Operation *expansion_take (Expansion *expansion, MigrationPhase phase);

/* Steps that several changes end with; the lists are borrowed. */
void expansion_backfill (Expansion *expansion, const char *const *columns,
                         const char *const *from);
void expansion_end_sync (Expansion *expansion, const char *const *new_columns);
void expansion_drop_columns (Expansion *expansion, const char *const *columns);

/* Null cells of @column are repaired while migrating. */
void expansion_repair_nulls (Expansion *expansion, const char *column,
                             const Transform *repair);

/* The list of one name. */
const char *const *expansion_one_name (Expansion *expansion, const char *name);

/* The additions of one column. */
const ColumnAddition *expansion_one_addition (Expansion *expansion, const Column *column,
                                              const Transform *transform);

/* One transform for one column. */
const NamedTransform *expansion_one_transform (Expansion *expansion, const char *column,
                                               const Transform *transform);
