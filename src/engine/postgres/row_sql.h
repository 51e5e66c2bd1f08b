/* SPDX-License-Identifier: Apache-2.0
 *
 * RowSql: the user's SQL of a transform, where it reads the row that it is about.
 */
#pragma once

#include "engine/sql/step_sql.h"
#include "model/transform_stage.h"

/**
 * pg_row_sql:
 * @text: the user's SQL, the first stage of @transform
 * @table: (nullable): whose row it reads; NULL: it names columns without their table
 * @inputs: an operand for each input of the stage
 *
 * A column that has changed its name, as one that gets another type does at the end, is
 * read by the name that the SQL knows it by, whatever else has that now; so is the new
 * one by `backward` of such a change, in which the old one has the name until then.
 *
 * Returns: an operand; NULL with ZDM_ERROR_UNSUPPORTED where the SQL reads the table by
 *   more than the names of its columns while one of them has another name
 */
const char *pg_row_sql (const char *text, const BoundTransform *transform,
                        const Table *table, const char *const *inputs, Arena *arena,
                        GError **error);

/* What SQL of the user's reads of the row. */
typedef struct
{
  GPtrArray *columns; /* const char *: of those that are declared */
  GPtrArray *others;  /* const char *: names that may be columns that are not declared */
  gboolean all;       /* the row as a whole */
} PgRowReads;

/* Adds what @transform reads, which begins with SQL of the user's. */
void pg_row_sql_reads (const BoundTransform *transform, const Table *table,
                       PgRowReads *reads, Arena *arena);
