/* SPDX-License-Identifier: Apache-2.0
 *
 * Database: the tables of one file, and what holds between them.
 */
#pragma once

#include "model/table.h"

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
  const char *from_column;        /* may be NULL with count */
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
  const Transform *declared;       /* of the value found; or NULL */
  const BoundTransform *transform; /* the same, bound */
  const Column *final;             /* the column as it is bound at contract */
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

/* The tables without their rows, as table_shape(). */
Database *database_shape (const Database *database);

/* By name or alias. */
Table *database_find (const Database *database, const char *name);
const char **database_table_names (const Database *database); /* transfer container */
void database_add (Database *database, Table *table);         /* transfer full */
gboolean database_remove (Database *database, const char *name);

/* Same tables, in the same order. */
gboolean database_equal (const Database *a, const Database *b);
char *database_difference (const Database *actual, const Database *expected);
