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
  SYNC_FORWARD, /* old columns are copied into the new ones */
  SYNC_BOTH,    /* and back */
} SyncMode;

/* What becomes of the new columns when the old ones are dropped. */
typedef enum
{
  SYNC_FOR_COPY,   /* nothing more: they are bound as declared */
  SYNC_FOR_RENAME, /* the constraints and indexes of the old column follow */
  SYNC_FOR_SHADOW, /* the new column takes the old one's name, see swap_column */
} SyncPurpose;

/* Columns of one table kept in step: new = f(old), old = backward(new). */
typedef struct
{
  const char *const *old_columns; /* NULL-ended */
  const char *const *new_columns; /* NULL-ended */
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

gsize table_n_rows (const Table *table);
guint table_n_columns (const Table *table);

const Column *table_column (const Table *table, guint index);
const Column *table_find_column (const Table *table, const char *name);
gboolean table_column_index (const Table *table, const char *name, guint *index);
Vector *table_vector (const Table *table, guint index); /* borrowed */
Value table_cell (const Table *table, gsize row, guint column);

/* The names of the columns, NULL-ended, (transfer container): for "did you mean". */
const char **table_column_names (const Table *table);

const Constraint *table_find_constraint (const Table *table, const char *name);
const Index *table_find_index (const Table *table, const char *name);
const Constraint *table_primary_key (const Table *table); /* or NULL */

/**
 * table_add_column:
 * @vector: (transfer full) (nullable): its cells; NULL gives every row the
 *   column's default, or null
 * @arena: owns what has to be made (a constraint for `unique` and `primary_key`)
 *
 * Returns: FALSE with ZDM_ERROR_EXISTS naming column and table
 */
gboolean table_add_column (Table *table, const Column *column, Vector *vector, Arena *arena,
                           GError **error);

/* Constraints and indexes that use the column go with it.
 * Returns: FALSE with ZDM_ERROR_MISSING naming column and table */
gboolean table_drop_column (Table *table, const char *name, GError **error);

/* Replaces the definition, not the cells; the name may change, and then constraints,
 * indexes follow. */
gboolean table_replace_column (Table *table, const char *name, const Column *column,
                               Arena *arena, GError **error);

/* Replaces the cells.  @vector: (transfer full), as long as the table. */
void table_set_vector (Table *table, guint index, Vector *vector);

/**
 * table_insert:
 * @values: one a column, in column order
 *
 * Appends a row as it is; it checks nothing (see memory/check.h for that).
 *
 * Returns: the new row's number
 */
gsize table_insert (Table *table, const Value *values);

/* Removes the rows whose numbers are given in increasing order. */
void table_remove_rows (Table *table, const gsize *rows, gsize n_rows);

/* Same name, columns, constraints, indexes and cells, in the same order. */
gboolean table_equal (const Table *a, const Table *b);

/**
 * table_difference:
 * Returns: (nullable) (transfer full): the first difference in one sentence
 *   ("column 'x' is missing", "row 3: 'name' is 'a', expected 'b'"), or NULL
 */
char *table_difference (const Table *actual, const Table *expected);

/* Database: the tables of one file, and what holds between them. */

typedef enum
{
  LOOKUP_MISSING_ERROR,
  LOOKUP_MISSING_NULL,
  LOOKUP_MISSING_DELETE, /* the row that finds nothing is deleted */
} LookupMissing;

typedef enum
{
  AGGREGATE_NONE,
  AGGREGATE_COUNT,
  AGGREGATE_MIN,
  AGGREGATE_MAX,
  AGGREGATE_SUM,
} Aggregate;

/* A column filled from another table: `from: { table, match, column, … }`. */
typedef struct
{
  const char *from_table;
  const char *from_column; /* may be NULL with count */
  const char *const *match_here;  /* NULL-ended: columns of the table that is filled */
  const char *const *match_there; /* as many: columns of @from_table */
  LookupMissing missing;
  Aggregate aggregate;
  Location location;
} Lookup;

/* A mirror fed by another table: forward only. */
typedef struct
{
  const char *table;
  const char *column;
  const Lookup *lookup;
  const BoundTransform *transform; /* of the value found */
} LookupSync;

/* Columns that move to a table of their own, kept in step both ways by key. */
typedef struct
{
  const char *old_table;
  const char *new_table;
  const char *const *key;     /* in both tables */
  const char *const *columns; /* in both tables */
} TableSync;

typedef struct
{
  GPtrArray *tables;       /* Table *, owned */
  GPtrArray *lookup_syncs; /* const LookupSync * */
  GPtrArray *table_syncs;  /* const TableSync * */
} Database;

Database *database_new (void);
void database_free (Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Database, database_free)

Database *database_copy (const Database *database); /* references, as table_copy() */

/* By name or alias. */
Table *database_find (const Database *database, const char *name);
const char **database_table_names (const Database *database); /* transfer container */
void database_add (Database *database, Table *table);         /* transfer full */
gboolean database_remove (Database *database, const char *name);

/* Same tables, in the same order. */
gboolean database_equal (const Database *a, const Database *b);
char *database_difference (const Database *actual, const Database *expected);
