/* SPDX-License-Identifier: Apache-2.0
 *
 * Fill: rows that a step moves, chunk by chunk, inside of a transaction of the caller.
 *
 * The server computes the values: a row gets here what a trigger would give it.
 */
#pragma once

#include "engine/mariadb/detail.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/walk.h"
#include "engine/sql/sql_engine.h"

/* See SqlEngine. */
gboolean maria_fill (SqlConnection *connection, const Action *action, guint n_rows,
                     FillProgress *progress, GError **error);
gboolean maria_fill_check (SqlConnection *connection, const Action *action,
                           const char *position, GError **error);

/* Inserts all rows that @table holds into the live table of its name. */
gboolean maria_fill_table (SqlConnection *connection, const Table *table, GError **error);

/* Internal: what the files of fills share. ------------------------------------ */

typedef struct
{
  SqlConnection *connection;
  const MariaDetail *detail;
  const Operation *operation;
  const Table *table; /* its shape */
  const MariaTable *live;
  Arena *arena; /* of this chunk */
  guint n_rows; /* at most */
  FillProgress *progress;
  gboolean is_named; /* the row is, by the error */
} MariaFill;

/* One column that gets a value. */
typedef struct
{
  const char *column;
  const char *value; /* SQL; never an error */
  const char *valid; /* a condition; NULL: always */
  /* What it was made of, so that an error can say why it is not valid; or NULL */
  const BoundTransform *transform;
  const char *const *inputs; /* NULL-ended */
} MariaAssignment;

/* Fills of one kind; each does one chunk. */
gboolean maria_fill_sync (MariaFill *fill, GError **error);
gboolean maria_fill_default (MariaFill *fill, GError **error);
gboolean maria_fill_columns (MariaFill *fill, GError **error);
gboolean maria_fill_lookup (MariaFill *fill, GError **error);
gboolean maria_fill_copy (MariaFill *fill, GError **error);
gboolean maria_fill_half (MariaFill *fill, GError **error);
gboolean maria_fill_set (MariaFill *fill, GError **error);
gboolean maria_fill_refill (MariaFill *fill, GError **error);
gboolean maria_fill_nulls (MariaFill *fill, GError **error);
gboolean maria_fill_insert (MariaFill *fill, GError **error);
gboolean maria_fill_delete (MariaFill *fill, GError **error);
gboolean maria_fill_duplicates (MariaFill *fill, GError **error);
gboolean maria_fill_orphans (MariaFill *fill, GError **error);

/* The next range of the table, or NULL when the walk is over: then progress->done. */
gboolean maria_fill_next_range (MariaFill *fill, Walk *walk, const char **range,
                                GError **error);

/* Keeps the walk's place, and lets it go. */
void maria_fill_keep_place (MariaFill *fill, Walk *walk);

/* "`t`.`c`" */
const char *maria_fill_column (const MariaFill *fill, const char *name);

/* `where:` as a condition; "TRUE" for none. */
const char *maria_fill_where (MariaFill *fill, const NamedLiteral *where, GError **error);

/* The assignment of a transform over columns of the table. @inputs: lives as long as the
 * fill's arena */
gboolean maria_fill_call (MariaFill *fill, const char *column,
                          const BoundTransform *transform, const char *const *inputs,
                          MariaAssignment *assignment, GError **error);

/* The value, null where it does not convert. */
const char *maria_assignment_value (const MariaFill *fill,
                                    const MariaAssignment *assignment);

/* ", `t`.`at` = `t`.`at`", of the columns that the server sets where a row is touched:
 * who fills does not touch. */
const char *maria_fill_untouched (const MariaFill *fill);

/* The condition under which a value is not as it shall be. */
const char *maria_fill_changed (const MariaFill *fill, const MariaAssignment *assignments,
                                guint n);

/* ZDM_ERROR_CONVERSION with the first row of the condition whose values do not convert.
 */
gboolean maria_fill_check_values (MariaFill *fill, const char *condition,
                                  const MariaAssignment *assignments, guint n,
                                  GError **error);

/* Sets the columns of the rows, whose values convert; keeps images where the fill has
 * some. */
gboolean maria_fill_write (MariaFill *fill, const char *rows,
                           const MariaAssignment *assignments, guint n, GError **error);

/* Both, of those whose values are not as they shall be already. */
gboolean maria_fill_assign (MariaFill *fill, const char *condition,
                            const MariaAssignment *assignments, guint n, GError **error);

/* Deletes the rows, keeping them whole where the fill has images. */
gboolean maria_fill_delete_rows (MariaFill *fill, const char *condition, GError **error);

/* ZDM_ERROR_CONVERSION with the first row of the condition, if there is one. */
gboolean maria_fill_refuse (MariaFill *fill, const char *condition, const char *column,
                            const char *why, GError **error);
