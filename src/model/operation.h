/* SPDX-License-Identifier: Apache-2.0
 *
 * Operation: one thing a file asks for, under the key of its kind.
 *
 * A change (`change: { rename_column: … }`) and a step (`steps: [ { phase: …,
 * add_column: … } ]`) are both operations.  The planner turns the operations of changes
 * into those of steps; the kinds marked "change only" never reach an engine.
 */
#pragma once

#include "model/database.h"
#include "model/phase.h"

typedef enum
{
  OPERATION_ADD_COLUMN,
  OPERATION_RENAME_COLUMN, /* change only */
  OPERATION_ALTER_COLUMN,
  OPERATION_DROP_COLUMN,
  OPERATION_RELAX_COLUMN,  /* step only: writers may leave the column out */
  OPERATION_SPLIT_COLUMN,  /* change only */
  OPERATION_MERGE_COLUMNS, /* change only */
  OPERATION_SWAP_COLUMN,   /* step only */
  OPERATION_END_SYNC,      /* step only */
  OPERATION_SPLIT_TABLE,   /* change only */
  OPERATION_CREATE_TABLE,
  OPERATION_DROP_TABLE,
  OPERATION_RENAME_TABLE,
  OPERATION_ALIAS_TABLE, /* step only */
  OPERATION_COPY_ROWS,   /* step only */
  OPERATION_ADD_CONSTRAINT,
  OPERATION_DROP_CONSTRAINT,
  OPERATION_REPLACE_CONSTRAINT, /* change only */
  OPERATION_RENAME_CONSTRAINT,
  OPERATION_REPAIR, /* step only */
  OPERATION_CREATE_INDEX,
  OPERATION_DROP_INDEX,
  OPERATION_INSERT_ROWS,
  OPERATION_UPDATE_ROWS,
  OPERATION_DELETE_ROWS,
  OPERATION_BACKFILL,
  OPERATION_SQL,
} OperationKind;

#define N_OPERATION_KINDS 27

typedef enum
{
  ON_CONFLICT_ERROR,
  ON_CONFLICT_SKIP,
} OnConflict;

typedef struct
{
  const char *name;
  const Literal *literal;
  Location location;
} NamedLiteral; /* lists end with a NULL name */

typedef struct
{
  const char *column;
  const Transform *transform;
  Location location;
} NamedTransform; /* lists end with a NULL column */

typedef struct
{
  const Column *column;
  const Transform *transform; /* NULL: none was given */
} ColumnAddition;

/* add_column; in a step also add_column with `columns:` for a split. */
typedef struct
{
  const ColumnAddition *additions;
  guint n_additions;
  const char *const *from;        /* old columns, NULL-ended; NULL: no mirror */
  const Lookup *lookup;           /* in place of @from: another table */
  const NamedTransform *backward; /* one a column of @from; NULL: none was given */
  gboolean backward_none;         /* `backward: none`: one way, on purpose */
  const char *const *replaces;    /* change only: dropped at contract */
  gboolean has_sync;
  SyncMode sync;
  SyncPurpose purpose; /* set by the planner, or `purpose: rename|shadow` in a step */
  OnConflict if_exists;
} AddColumn;

typedef struct
{
  const char *const *columns;     /* NULL-ended, at least one */
  const NamedTransform *backward; /* per column; or NULL */
  OnConflict if_missing;
} DropColumn; /* and relax_column */

typedef struct
{
  const char *from;
  const char *to;
} RenameColumn;

typedef struct
{
  const char *column;
  gboolean has_type, has_nullable, has_default, has_comment;
  TypeSpec type;
  gboolean nullable;
  DefaultKind default_kind; /* NONE drops the default */
  const Literal *default_literal;
  const EngineText *default_expression;
  const char *comment; /* NULL drops it */
  const Transform *transform;
  const NamedTransform *backward;
  gboolean backward_none;
  const Transform *repair;
} AlterColumn;

typedef struct
{
  const char *column;
  const ColumnAddition *into; /* at least two */
  guint n_into;
  const Transform *backward; /* from all of @into, in their order; or NULL */
  gboolean backward_none;
} SplitColumn;

typedef struct
{
  const char *const *columns;
  const Column *into;
  const Transform *transform;
  const NamedTransform *backward; /* one a column; or NULL */
  gboolean backward_none;
} MergeColumns;

/* The shadow takes the column's name; the old cells stay as `zdm_old_<column>`. */
typedef struct
{
  const char *column;
  const char *shadow;
  const char *old_name;
} SwapColumn;

typedef struct
{
  const char *const *columns; /* the new columns of the sync that ends */
} EndSync;

typedef struct
{
  const char *to;
  const char *const *columns;
  const char *const *key;
} SplitTable;

typedef struct
{
  const Table *table; /* its shape and, perhaps, first rows */
  OnConflict if_exists;
  /* The new half of a split: filled from and kept in step with the operation's table. */
  const char *const *split_columns; /* NULL: not a split */
  const char *const *split_key;
} CreateTable;

typedef struct
{
  OnConflict if_missing;
} DropTable;

typedef struct
{
  const char *to;
} RenameTable; /* and alias_table, copy_rows */

typedef enum
{
  ORPHANS_ERROR,
  ORPHANS_SET_NULL,
  ORPHANS_DELETE,
} OrphanAction;

typedef enum
{
  DUPLICATES_ERROR,
  DUPLICATES_KEEP_LOWEST,
  DUPLICATES_KEEP_HIGHEST,
} DuplicateAction;

typedef struct
{
  const NamedTransform
      *repairs; /* per column, for rows that break the constraint; or NULL */
  OrphanAction orphans;
  DuplicateAction duplicates;
  const char *duplicates_by; /* the column that decides which row is kept */
} Repairs;

typedef struct
{
  const Constraint *constraint; /* add, replace; the repair step's too */
  const char *name;             /* drop, replace, rename: the old one */
  const char *to;               /* rename */
  Repairs repairs;
  const NamedTransform *backward;
  OnConflict if_exists;
  OnConflict if_missing;
} ConstraintChange;

typedef struct
{
  const Index *index; /* create */
  const char *name;   /* drop */
  OnConflict if_exists;
  OnConflict if_missing;
} IndexChange;

typedef struct
{
  const NamedLiteral *const *rows; /* NULL-ended list of rows; insert */
  const NamedLiteral *where;       /* update, delete; NULL: every row */
  const NamedTransform *set;       /* update */
  OnConflict if_exists;
} RowsChange;

typedef struct
{
  const char *const *columns; /* usually one; several are the new columns of one sync */
  const char *const *from;    /* NULL: from the column's default, or as its sync says */
  const Lookup *lookup;
  const Transform *transform;
  const NamedLiteral *where;
} Backfill;

typedef struct
{
  const EngineText *forward;
  const EngineText *rollback; /* or NULL */
  const EngineText *verify;   /* or NULL */
} SqlOperation;

/* `allow: [{rule, reason}]` */
typedef struct
{
  const char *rule;
  const char *reason;
  Location location;
} Allow; /* lists end with a NULL rule */

typedef struct
{
  OperationKind kind;
  const char *table; /* never NULL once loaded, except sql and create_table */
  Location location;
  MigrationPhase phase;       /* steps, and sql changes; PENDING: the planner decides */
  const char *description;    /* as the file gives it; or NULL */
  const char *const *engines; /* NULL-ended; NULL: all */
  const Allow *allow;         /* or NULL */
  gboolean allow_blocking;
  gboolean fail;
  union
  {
    AddColumn add_column;
    RenameColumn rename_column;
    AlterColumn alter_column;
    DropColumn drop_column;
    SplitColumn split_column;
    MergeColumns merge_columns;
    SwapColumn swap_column;
    EndSync end_sync;
    SplitTable split_table;
    CreateTable create_table;
    DropTable drop_table;
    RenameTable rename_table;
    ConstraintChange constraint;
    IndexChange index;
    RowsChange rows;
    Backfill backfill;
    SqlOperation sql;
  };
} Operation;

const char *operation_kind_to_string (OperationKind kind); /* "add_column" */

/* Whether it may stand under `change:`, and whether under `steps:`. */
gboolean operation_kind_is_change (OperationKind kind);
gboolean operation_kind_is_step (OperationKind kind);

/* A copy in @arena, to be changed before anybody else sees it. */
Operation *operation_copy (Arena *arena, const Operation *operation);

/* Whether it runs on the engine of that name. */
gboolean operation_runs_on (const Operation *operation, const char *engine);
