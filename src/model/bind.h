/* SPDX-License-Identifier: Apache-2.0
 *
 * Binding: an operation's names and literals looked up in the table it speaks of.
 *
 * Everything is checked here, once, so that what runs over rows works with column numbers
 * and typed values.  Results live in the arena that is given and borrow from the table's
 * columns.  Errors name the table, the column and the value.
 */
#pragma once

#include "model/operation.h"

/* The table of that name.  Returns: (nullable): NULL with ZDM_ERROR_MISSING */
Table *bind_table (const Database *database, const char *name, GError **error);

/* A column of the table.  Returns: FALSE with ZDM_ERROR_MISSING and "did you mean" */
gboolean bind_column (const Table *table, const char *name, guint *index, GError **error);

/* The numbers of the columns of the NULL-ended list.  Returns: (nullable): in @arena */
const guint *bind_columns (const Table *table, const char *const *names, Arena *arena,
                           GError **error);

/* The columns themselves, NULL-ended. */
const Column *const *bind_column_list (const Table *table, const char *const *names,
                                       Arena *arena, GError **error);

typedef struct
{
  guint n;
  const guint *columns;
  const Value *values; /* a null value wants a null cell */
} BoundWhere;

/* @where may be NULL: every row. */
gboolean bind_where (const Table *table, const NamedLiteral *where, Arena *arena,
                     BoundWhere *bound, GError **error);
gboolean bound_where_matches (const BoundWhere *where, const Table *table, gsize row);

typedef struct
{
  guint n_targets;
  const guint *targets;
  const BoundTransform *const *transforms; /* one a target; NULL: the column's default */
  guint n_inputs;
  const guint *inputs;
  const Sync *sync; /* when the targets are its new columns and the inputs its old ones */
  BoundWhere where;
} BoundBackfill;

/* A backfill from columns of its own table, or from the default (no inputs). */
gboolean bind_backfill (const Table *table, const Backfill *backfill, Arena *arena,
                        BoundBackfill *bound, GError **error);

typedef struct
{
  const Table *from; /* where values are found */
  guint n_match;
  const guint *here;  /* columns of the table that is filled */
  const guint *there; /* columns of @from */
  gboolean has_column;
  guint column; /* of @from */
  guint target;
  const Lookup *lookup;
  TypeSpec found_type; /* of what the lookup gives, before the transform */
  const BoundTransform *transform;
} BoundLookup;

gboolean bind_lookup (const Database *database, const Table *table, const char *target,
                      const Lookup *lookup, const Transform *transform, Arena *arena,
                      BoundLookup *bound, GError **error);

/* One row as a client or insert_rows gives it: values in column order, and which were
 * given. */
typedef struct
{
  Value *values;
  gboolean *given;
} BoundRow;

gboolean bind_row (const Table *table, const NamedLiteral *row, Arena *arena,
                   BoundRow *bound, GError **error);

/* `set:` and `repair:`: columns, each with a transform of its own value. */
typedef struct
{
  guint n;
  const guint *columns;
  const BoundTransform *const *transforms;
} BoundSet;

gboolean bind_set (const Table *table, const NamedTransform *set, Arena *arena,
                   BoundSet *bound, GError **error);

/* A transform that may read any column of the row but @column: a template's names, or
 * nothing for a constant (`backward` of a column that is dropped). */
typedef struct
{
  const BoundTransform *transform;
  guint n_inputs;
  const guint *inputs;
  const char *const *input_names;
} BoundRowTransform;

gboolean bind_row_transform (const Table *table, const char *column,
                             const Transform *transform, Arena *arena,
                             BoundRowTransform *bound, GError **error);

typedef struct
{
  const Constraint *constraint;
  guint column;
  TypeSpec type;
  gboolean unchecked; /* an expression */
  gboolean has_min, has_max;
  Value min, max;
  const Value *in;
  guint n_in;
} BoundCheck;

gboolean bind_check (const Table *table, const Constraint *constraint, Arena *arena,
                     BoundCheck *bound, GError **error);
gboolean bound_check_accepts (const BoundCheck *check, const Value *value);

/* The columns a foreign key refers to: those it names, or the key of the table.
 * Returns: (nullable): NULL with an error */
const char *const *bind_references (const Table *referenced, const Constraint *key,
                                    GError **error);
