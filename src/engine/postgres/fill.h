/* SPDX-License-Identifier: Apache-2.0
 *
 * Fill: rows that a step moves, chunk by chunk, inside of a transaction of the caller.
 *
 * The server computes the values: a row gets here what a trigger would give it.
 */
#pragma once

#include "engine/postgres/detail.h"
#include "engine/postgres/expression.h"
#include "engine/postgres/guard.h"
#include "engine/postgres/live.h"
#include "engine/postgres/walk.h"

gboolean postgres_fill (SqlConnection *connection, const Action *action, guint n_rows,
                        FillProgress *progress, GError **error);

gboolean postgres_fill_check (SqlConnection *connection, const Action *action,
                              const char *position, GError **error);

/* Inserts all rows that @table holds into the live table of its name. */
gboolean pg_fill_table (SqlConnection *connection, const Table *table, GError **error);

/* Internal: what the files of fills share. ------------------------------------ */

typedef struct
{
  SqlConnection *connection;
  const PgDetail *detail;
  const Operation *operation;
  const Table *table; /* its shape */
  const char *quoted; /* its name */
  const PgTable *live;
  Arena *arena; /* of this chunk */
  guint n_rows; /* at most */
  FillProgress *progress;
  gboolean has_own; /* SQL of the user's, behind a savepoint */
  gboolean guarded; /* it has failed, and is asked under a guard */
} PgFill;

/* One column that gets a value. */
typedef struct
{
  const char *column; /* its name */
  const char *value;  /* SQL; never an error, unless it is the user's */
  const char *valid;  /* a condition; NULL: always */
  /* What it was made of, so that an error can say why it is not valid; or NULL */
  const BoundTransform *transform;
  const guint *inputs;
  guint n_inputs;
  const char *why; /* of SQL of the user's: why it is not valid; or NULL */
} PgAssignment;

/* A bound list of assignments. */
typedef struct
{
  PgAssignment *list;
  guint n;
} PgAssignments;

/* Fills of one kind; each does one chunk. */
gboolean pg_fill_sync (PgFill *fill, GError **error);
gboolean pg_fill_default (PgFill *fill, GError **error);
gboolean pg_fill_columns (PgFill *fill, GError **error);
gboolean pg_fill_lookup (PgFill *fill, GError **error);
gboolean pg_fill_set (PgFill *fill, GError **error);
gboolean pg_fill_refill (PgFill *fill, GError **error);
gboolean pg_fill_copy (PgFill *fill, GError **error);
gboolean pg_fill_insert (PgFill *fill, GError **error);
gboolean pg_fill_delete (PgFill *fill, GError **error);
gboolean pg_fill_duplicates (PgFill *fill, GError **error);
gboolean pg_fill_orphans (PgFill *fill, GError **error);

/* Lets no trigger of the user's fire for what is written until the transaction ends,
 * where the role may; ours are not needed for the columns of @sync, which are filled. */
gboolean pg_fill_quiet (PgFill *fill, const Sync *sync, GError **error);

/* The next range of the table, or NULL when the walk is over: then progress->done. */
gboolean pg_fill_next_range (PgFill *fill, Walk *walk, const char **range,
                             GError **error);

/* Keeps the walk's place, and lets it go. */
void pg_fill_keep_place (PgFill *fill, Walk *walk);

/* "\"t\".\"c\"" */
const char *pg_fill_column (PgFill *fill, const char *name);

/* `where:` of the operation as a condition; "true" for none. */
const char *pg_fill_where (PgFill *fill, const NamedLiteral *where, GError **error);

/* The assignment of a transform over columns of the table. */
gboolean pg_fill_call (PgFill *fill, const char *column, const BoundTransform *transform,
                       const guint *inputs, guint n_inputs, PgAssignment *assignment,
                       GError **error);

/**
 * pg_fill_own:
 * @in_trigger: the expression of a column, which is SQL of the user's
 *
 * Puts in the place of @guarded what cannot fail, once it has failed.
 */
gboolean pg_fill_own (PgFill *fill, const char *column, const SqlExpression *in_trigger,
                      SqlGuarded *guarded, GError **error);

/* ZDM_ERROR_CONVERSION with the first row of the condition whose values do not convert.
 */
gboolean pg_fill_check (PgFill *fill, const char *condition,
                        const PgAssignment *assignments, guint n, GError **error);

/* Keeps images of the rows where the fill has some, and sets the columns; what does not
 * convert becomes null. */
gboolean pg_fill_write (PgFill *fill, const char *rows, const PgAssignment *assignments,
                        guint n, GError **error);

/**
 * pg_fill_assign:
 * @condition: which rows, besides those whose values are as they shall be already
 * @lenient: what does not convert becomes null, unless SQL of the user's fails for it;
 *   otherwise it is an error that names the row
 */
gboolean pg_fill_assign (PgFill *fill, const char *condition,
                         const PgAssignment *assignments, guint n, gboolean lenient,
                         GError **error);

/* The value, null where it is not valid, and the condition under which one of them is not
 * as it shall be. */
const char *pg_fill_value (PgFill *fill, const PgAssignment *assignment);
const char *pg_fill_changed (PgFill *fill, const PgAssignment *assignments, guint n);

/* What pg_fill_set() writes, and into which rows. */
gboolean pg_fill_read_set (PgFill *fill, PgAssignments *assignments,
                           const char **condition, GError **error);

/* Locks the rows.  A statement that waits for a row goes on with what it has seen of
 * another table before: what a trigger has just written would be overwritten, or written
 * again. */
gboolean pg_fill_wait (PgFill *fill, const char *rows, GError **error);

/* Deletes the rows, keeping them whole where the fill has images. */
gboolean pg_fill_delete_rows (PgFill *fill, const char *condition, GError **error);

/* ZDM_ERROR_CONVERSION with the first row of the condition, if there is one. */
gboolean pg_fill_refuse (PgFill *fill, const char *condition, const char *column,
                         const char *why, GError **error);

/* "a.x = b.y AND …" */
const char *pg_fill_pairs (PgFill *fill, const char *a, const char *const *names,
                           const char *operator, const char * b,
                           const char *const *others, const char *separator);

/* A value as it stands in a statement for that column. */
const char *pg_fill_literal (PgFill *fill, const Column *column, const Value *value);
