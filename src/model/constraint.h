/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints and indexes of a table, as declared.  Immutable.
 */
#pragma once

#include "model/column.h"
#include "model/literal.h"

typedef enum
{
  CONSTRAINT_CHECK,
  CONSTRAINT_UNIQUE,
  CONSTRAINT_PRIMARY_KEY,
  CONSTRAINT_FOREIGN_KEY,
  CONSTRAINT_NOT_NULL, /* a column's own, as a thing to enforce and repair */
} ConstraintKind;

typedef enum
{
  REFERENCE_NO_ACTION,
  REFERENCE_RESTRICT,
  REFERENCE_CASCADE,
  REFERENCE_SET_NULL,
  REFERENCE_SET_DEFAULT,
} ReferenceAction;

/* A portable check of one column; every part that is given must hold.  A null
 * cell passes every check, as in SQL. */
typedef struct
{
  const char *column;       /* NULL for an expression */
  const Literal *min, *max; /* inclusive; or NULL */
  const Literal *const *in; /* NULL-ended; or NULL */
  gboolean not_empty;       /* text of length > 0 */
  gboolean has_min_length, has_max_length;
  guint min_length, max_length; /* characters */
  const EngineText *expression; /* SQL; memory records it and cannot check it */
} Check;

typedef struct
{
  ConstraintKind kind;
  const char *name;
  /* NULL-ended; a check's one column too; empty for an expression */
  const char *const *columns;
  Check check;
  const char *references_table;
  const char *const *references_columns; /* NULL: the primary key */
  ReferenceAction on_delete, on_update;
  gboolean deferrable;
  Location location;
} Constraint;

typedef struct
{
  const char *column; /* NULL for an expression */
  const EngineText *expression;
  gboolean descending;
  const char *opclass; /* or NULL */
} IndexPart;

typedef struct
{
  const char *name;
  const IndexPart *parts;
  guint n_parts;
  gboolean unique;
  const EngineText *where;
  const char *method;
  const char *const *include; /* NULL-ended or NULL */
  const char *const *options; /* "key=value", NULL-ended or NULL */
  Location location;
} Index;

const char *constraint_kind_to_string (ConstraintKind kind); /* "foreign key" */

/* "id" or "a, b" */
const char *name_list_to_string (const char *const *names, Arena *arena);
gboolean name_list_contains (const char *const *names, const char *name); /* NULL: no */
gboolean name_list_equal (const char *const *a, const char *const *b);

gboolean constraint_uses_column (const Constraint *constraint, const char *column);
gboolean index_uses_column (const Index *index, const char *column);

/* A copy in which column @from is called @to. */
const Constraint *constraint_rename_column (Arena *arena, const Constraint *constraint,
                                            const char *from, const char *to);
const Index *index_rename_column (Arena *arena, const Index *index, const char *from,
                                  const char *to);

gboolean constraint_equal (const Constraint *a, const Constraint *b);
gboolean index_equal (const Index *a, const Index *b);
