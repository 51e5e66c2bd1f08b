/* SPDX-License-Identifier: Apache-2.0
 *
 * Table: name, ordered columns, rows; and Sync: the promise that keeps columns in
 * step while a migration is under way.
 *
 * A table holds references: to immutable columns, constraints, indexes (which live in
 * an arena) and to vectors.  Copying a table copies references, so a snapshot costs
 * O(columns) whatever the number of rows.
 */
#pragma once

#include "model/constraint.h"
#include "model/transform.h"
#include "model/vector.h"

typedef enum
{
  SYNC_NONE,
  SYNC_FORWARD,   /* old columns are copied into the new ones */
  SYNC_BOTH,      /* and back */
  SYNC_ON_INSERT, /* only a new row that leaves the new columns out gets them filled */
} SyncMode;

/* What becomes of the new columns when the old ones are dropped. */
typedef enum
{
  SYNC_FOR_COPY,   /* nothing more: they are bound as declared */
  SYNC_FOR_RENAME, /* the constraints and indexes of the old column follow */
  SYNC_FOR_SHADOW, /* the new column takes the old one's name, see swap_column */
  SYNC_FOR_DROP, /* no new columns: the column is about to be dropped, see relax_column */
} SyncPurpose;

/* Columns of one table kept in step: new = f(old), old = backward(new). */
typedef struct
{
  const char *const *old_columns;        /* NULL-ended */
  const char *const *new_columns;        /* NULL-ended */
  const BoundTransform *const *forward;  /* one a new column */
  const BoundTransform *const *backward; /* one an old column; NULL: no way back */
  SyncMode mode;
  SyncPurpose purpose;
  const Column *const *finals; /* the new columns as they are bound at contract */
} Sync;

typedef struct
{
  const char *name;
  const char *alias;      /* a second name while the table is being renamed; or NULL */
  GPtrArray *columns;     /* const Column * */
  GPtrArray *vectors;     /* Vector *, one a column, owned references */
  GPtrArray *constraints; /* const Constraint * */
  GPtrArray *indexes;     /* const Index * */
  GPtrArray *syncs;       /* const Sync * */
  Vector *row_ids;        /* identity of each row, increasing; for undo, never shown */
  gint64 next_row_id;
  Location location;
} Table;

/* @name is borrowed. */
Table *table_new (const char *name);
void table_free (Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Table, table_free)

/* The same columns and vectors by reference. */
Table *table_copy (const Table *table);

/* The same without rows, and not in step with anything. */
Table *table_shape (const Table *table);

gsize table_n_rows (const Table *table);
guint table_n_columns (const Table *table);

const Column *table_column (const Table *table, guint index);
const Column *table_find_column (const Table *table, const char *name);
gboolean table_column_index (const Table *table, const char *name, guint *index);
Vector *table_vector (const Table *table, guint index); /* borrowed */
Value table_cell (const Table *table, gsize row, guint column);

/* Says that the table has no such column, and which one may be meant.
 * Returns: FALSE with ZDM_ERROR_MISSING, always */
gboolean table_missing_column (const Table *table, const char *name, GError **error);

/* The names of the columns, NULL-ended, (transfer container): for "did you mean". */
const char **table_column_names (const Table *table);

const Constraint *table_find_constraint (const Table *table, const char *name);
const Index *table_find_index (const Table *table, const char *name);
const Constraint *table_primary_key (const Table *table); /* or NULL */

/* What the constraint of a column that says `unique: true` is called. */
const char *table_unique_name (const Table *table, const char *column, Arena *arena);

/**
 * table_add_column:
 * @vector: (transfer full) (nullable): its cells; NULL gives every row the
 *   column's default, or null
 * @arena: owns what has to be made (a constraint for `unique` and `primary_key`)
 *
 * Returns: FALSE with ZDM_ERROR_EXISTS naming column and table
 */
gboolean table_add_column (Table *table, const Column *column, Vector *vector,
                           Arena *arena, GError **error);

/* Constraints and indexes that use the column go with it.
 * Returns: FALSE with ZDM_ERROR_MISSING naming column and table */
gboolean table_drop_column (Table *table, const char *name, Arena *arena, GError **error);

/* Replaces the definition, not the cells; the name may change, and then constraints,
 * indexes follow. */
gboolean table_replace_column (Table *table, const char *name, const Column *column,
                               Arena *arena, GError **error);

/* A primary key makes its columns NOT NULL.
 * Returns: FALSE with ZDM_ERROR_EXISTS or ZDM_ERROR_MISSING */
gboolean table_add_constraint (Table *table, const Constraint *constraint, Arena *arena,
                               GError **error);
gboolean table_drop_constraint (Table *table, const char *name, Arena *arena,
                                GError **error);
gboolean table_add_index (Table *table, const Index *index, GError **error);
gboolean table_drop_index (Table *table, const char *name, GError **error);

/* Constraints and indexes that speak of column @from speak of @to from now on. */
void table_move_constraints (Table *table, const char *from, const char *to,
                             Arena *arena);

/* Puts the column with its cells at another place. */
void table_move_column (Table *table, guint from, guint to);

/* How the cells of a column are stored. */
ValueKind column_value_kind (const Column *column);

/* Replaces the cells.  @vector: (transfer full), as long as the table. */
void table_set_vector (Table *table, guint index, Vector *vector);

/**
 * table_insert:
 * @values: one a column, in column order
 *
 * Appends a row as it is; it checks nothing (see the memory engine for that).
 *
 * Returns: the new row's number
 */
gsize table_insert (Table *table, const Value *values);

/* Like table_insert(), keeping the identity @row_id and the order of identities. */
gsize table_insert_with_id (Table *table, gint64 row_id, const Value *values);

/* Where the row of that identity is.  Returns: FALSE when it is gone. */
gboolean table_find_row (const Table *table, gint64 row_id, gsize *row);
gint64 table_row_id (const Table *table, gsize row);

/* Removes the rows whose numbers are given in increasing order. */
void table_remove_rows (Table *table, const gsize *rows, gsize n_rows);

/* Same name, columns, constraints, indexes and cells, in the same order. */
gboolean table_equal (const Table *a, const Table *b);

/* Whether two shapes of a table, (nullable) each, are seen alike under its second name:
 * the same name over the same columns. */
gboolean table_alias_equal (const Table *a, const Table *b);

/**
 * table_difference:
 * Returns: (nullable) (transfer full): the first difference in one sentence
 *   ("column 'x' is missing", "row 3: 'name' is 'a', expected 'b'"), or NULL
 */
char *table_difference (const Table *actual, const Table *expected);
