/* SPDX-License-Identifier: Apache-2.0
 *
 * Gate: the rows that are out of step, counted before anything is taken away.
 */
#pragma once

#include "engine/sql/guarded.h"

typedef struct
{
  SqlConnection *connection;
  const SqlWords *words;
  const Database *shape; /* before the step */

  /* The first column of the first row. */
  gboolean (*text) (SqlConnection *connection, const char *sql, const char **text,
                    Arena *arena, GError **error);

  /* One text that names the first row of the condition; NULL: no row. */
  gboolean (*first_row) (SqlConnection *connection, const char *table,
                         const char *condition, const char **row, Arena *arena,
                         GError **error);

  /* What the condition holds of the user's fails: says for which row.  Or NULL: the error
   * of the server does for all.
   * @problem: (transfer full) */
  gboolean (*refuse_failing) (SqlConnection *connection, const char *table,
                              const char *condition, GError *problem, GError **error);

  SqlGuard guard; /* NULL: SQL of the user's is asked as it is, and may fail */
} SqlGate;

/* Before a column is dropped or swapped, or a sync ends.  ZDM_ERROR_GATE names the first
 * row that does not go with its other side. */
gboolean sql_gate_check (const SqlGate *gate, const char *table,
                         const Operation *operation, GError **error);
