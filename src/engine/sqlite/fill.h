/* SPDX-License-Identifier: Apache-2.0
 *
 * Fill: rows that a step moves, chunk by chunk, inside of a transaction of the caller.
 *
 * Values are made by the model's own transforms, which our connection has as functions,
 * so that a row gets here what it gets in memory.
 */
#pragma once

#include "engine/sql/sql_engine.h"
#include "engine/sqlite/detail.h"
#include "engine/sqlite/expression.h"
#include "engine/sqlite/function.h"
#include "engine/sqlite/walk.h"

gboolean sqlite_fill (SqlConnection *connection, const Action *action, guint n_rows,
                      FillProgress *progress, GError **error);

/* Whether the fill can go on at @position: ZDM_ERROR_DRIFT. */
gboolean sqlite_fill_check (SqlConnection *connection, const Action *action,
                            const char *position, GError **error);

/* Inserts all rows that @table holds into the live table of its name. */
gboolean fill_table (sqlite3 *db, const Table *table, GError **error);

/* Internal: what the files of fills share. ------------------------------------ */

typedef struct
{
  SqlConnection *connection;
  sqlite3 *db;
  const SqliteDetail *detail;
  const Operation *operation;
  const Table *table; /* its shape; NULL where the fill needs none */
  const char *quoted; /* its name */
  const SqliteTable *live;
  RowKey key;
  Arena *arena; /* of this chunk */
  guint n_rows; /* at most */
  FillProgress *progress;
  FunctionFailure failure;
  gboolean lenient; /* what does not convert becomes null */
} Fill;

/* One column that gets a value. */
typedef struct
{
  const char *column; /* its name */
  const char *value;  /* SQL */
} FillAssignment;

/* Fills of one kind; each does one chunk. */
gboolean fill_sync (Fill *fill, GError **error);
gboolean fill_default (Fill *fill, GError **error);
gboolean fill_columns (Fill *fill, GError **error);
gboolean fill_lookup (Fill *fill, GError **error);
gboolean fill_set (Fill *fill, GError **error);
gboolean fill_refill (Fill *fill, GError **error);
gboolean fill_copy (Fill *fill, GError **error);
gboolean fill_insert (Fill *fill, GError **error);
gboolean fill_delete (Fill *fill, GError **error);
gboolean fill_duplicates (Fill *fill, GError **error);
gboolean fill_orphans (Fill *fill, GError **error);
gboolean fill_restore (Fill *fill, GError **error);

/* Runs statements.  @n_changed: gets the rows written; or NULL */
gboolean fill_exec (Fill *fill, const char *sql, guint64 *n_changed, GError **error);

/* Whether the query gives a row; @text gets its first column, in the arena (or NULL). */
gboolean fill_find (Fill *fill, const char *sql, gboolean *found, const char **text,
                    GError **error);

/* The next range of the table, or NULL when the walk is over: then progress->done. */
gboolean fill_next_range (Fill *fill, Walk *walk, const char **range, GError **error);

/* Keeps the walk's place, and lets it go. */
void fill_keep_place (Fill *fill, Walk *walk);

/* `where:` of the operation as a condition; "1" for none. */
const char *fill_where (Fill *fill, const NamedLiteral *where, GError **error);

/* A call of a transform over columns of the table; NULL with an error. */
const char *fill_call (Fill *fill, const BoundTransform *transform, const guint *inputs,
                       guint n_inputs, const TypeSpec *output, guint number,
                       GError **error);

/**
 * fill_assign:
 * @condition: which rows, besides those whose values are as they shall be already
 *
 * Keeps images where the fill has some, and sets the columns.
 */
gboolean fill_assign (Fill *fill, const char *condition,
                      const FillAssignment *assignments, guint n, GError **error);

/* @row: gets the first row of the condition, in words; NULL: none */
gboolean fill_first_row (Fill *fill, const char *condition, const char **row,
                         GError **error);

/* @row: gets the first row of the condition that fill_assign() would write, NULL: none */
gboolean fill_first_changed (Fill *fill, const char *condition,
                             const FillAssignment *assignments, guint n, const char **row,
                             GError **error);

/* Deletes the rows, keeping them whole where the fill has images. */
gboolean fill_delete_rows (Fill *fill, const char *condition, GError **error);

/* An error that names the row of the condition that has @offset rows before it. */
gboolean fill_fail_row (Fill *fill, const char *condition, guint64 offset,
                        const char *column, const char *why, GError **error);
