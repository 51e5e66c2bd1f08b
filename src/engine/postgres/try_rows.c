/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows that cannot be seen, or not be written.
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "engine/postgres/words.h"
#include "model/error.h"
#include "model/mentions.h"
#include "model/shape.h"

/* Policies ---------------------------------------------------------------------- */

static gboolean
try_policies (const PgTryOut *try, const char *table, GError **error)
{
  const PgTable *live;
  gboolean bound = FALSE;

  if (!pg_read_table (try->connection, table, try->arena, &live, error)
      || (live != NULL
          && !postgres_finds (try->connection,
                              arena_printf (try->arena,
                                            "SELECT 1 WHERE "
                                            "pg_catalog.row_security_active(%s::oid)",
                                            live->oid),
                              &bound, error)))
    return FALSE;
  if (!bound)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "policies of table '%s' bind this role too, which has to read and write "
               "all rows: give it BYPASSRLS, or, if it is the owner, end FORCE for that "
               "long (ALTER TABLE %s NO FORCE ROW LEVEL SECURITY)",
               table, live->quoted);
  return FALSE;
}

/* Of each table that the rows of the step are read from or written to. */
static gboolean
try_all_policies (const PgTryOut *try, const Action *action, const PgDetail *detail,
                  GError **error)
{
  g_autoptr (GPtrArray) names = mentions_of_operation (action->step->operation);

  if (detail->table != NULL && !try_policies (try, detail->table, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (database_find (try->start, names->pdata[i]) != NULL
        && !try_policies (try, names->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Checks that were never validated ------------------------------------------------- */

/* What a mirror is filled with, if it is. */
static const char *
mirrored_rows (const PgTryOut *try, const PgDetail *detail)
{
  const Table *table = database_find (detail->shape, detail->table);
  const char *column = detail->operation->backfill.columns[0];
  const Sync *sync = table != NULL ? table_sync_of_new (table, column) : NULL;
  const char *prefix
      = arena_printf (try->arena, "%s.", postgres_table (try->arena, detail->table));
  g_autoptr (GString) given = g_string_new (NULL);
  StepSql sql;

  if (sync == NULL
      || !step_sql_init (&sql, &postgres_words, table, sync, prefix, FALSE, try->arena,
                         NULL))
    return NULL;
  for (guint i = 0; sync->new_columns[i] != NULL; i++)
    g_string_append_printf (given, "%s(%s) IS NOT NULL", i > 0 ? " OR " : "",
                            step_sql_value (&sql.forward[i], try->arena));
  return arena_printf (try->arena, "(%s)", given->str);
}

/* The rows that the fill writes; NULL: that is not known. */
static const char *
written_rows (const PgTryOut *try, const PgDetail *detail, const PgTable *live)
{
  const Backfill *backfill = &detail->operation->backfill;

  switch (detail->fill)
    {
    case FILL_SYNC:
      return backfill->where == NULL ? mirrored_rows (try, detail) : NULL;
    case FILL_DEFAULT:
    case FILL_COLUMNS:
      return backfill->where == NULL
                     && pg_find_column (live, backfill->columns[0]) == NULL
                 ? "true"
                 : NULL;
    default:
      return NULL;
    }
}

/* What comes before may mend them. */
static gboolean
is_first_to_write (const PgTryOut *try, guint index)
{
  for (guint i = 0; i < index; i++)
    {
      const Action *action = try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL && (detail->kind == PG_SCRIPT || detail->kind == PG_FILL))
        return FALSE;
    }
  return TRUE;
}

static PostgresResult *
read_checks (const PgTryOut *try, const PgTable *live, GError **error)
{
  return postgres_query (
      try->connection,
      arena_printf (try->arena,
                    "SELECT conname, pg_catalog.pg_get_expr(conbin, conrelid) FROM "
                    "pg_catalog.pg_constraint WHERE conrelid = %s AND contype = 'c' AND "
                    "NOT convalidated ORDER BY 1",
                    live->oid),
      error);
}

/* A query that does not work now is no answer: a column that it is about comes later. */
static gboolean
find_row (const PgTryOut *try, const PgTable *live, const char *condition,
          const char **row, GError **error)
{
  GError *problem = NULL;

  *row = NULL;
  if (pg_first_row (try->connection, live, condition, row, try->arena, &problem))
    return TRUE;
  if (!pg_trial_is_answer (problem)
      || postgres_connection_is_in_transaction (try->connection))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  g_error_free (problem);
  return TRUE;
}

static gboolean
try_check (const PgTryOut *try, const PgTable *live, const char *name, const char *check,
           const char *rows, GError **error)
{
  const char *row;

  if (!find_row (try, live, arena_printf (try->arena, "NOT (%s) AND %s", check, rows),
                 &row, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "row %s of '%s' cannot be written: the check '%s', which is NOT VALID, does "
      "not allow it; mend such rows, or drop the check",
      row, live->name, name);
  return FALSE;
}

static gboolean
try_checks (const PgTryOut *try, guint index, const PgDetail *detail, GError **error)
{
  const PgTable *live;

  if (!is_first_to_write (try, index))
    return TRUE;
  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error))
    return FALSE;
  const char *rows = live != NULL ? written_rows (try, detail, live) : NULL;
  if (rows == NULL)
    return TRUE;
  g_autoptr (PostgresResult) checks = read_checks (try, live, error);
  if (checks == NULL)
    return FALSE;
  for (int i = 0; i < PQntuples (checks); i++)
    if (!try_check (try, live, postgres_cell (checks, i, 0), postgres_cell (checks, i, 1),
                    rows, error))
      return FALSE;
  return TRUE;
}

gboolean
pg_try_rows (const PgTryOut *try, guint index, GError **error)
{
  const Action *action = try->actions->pdata[index];
  const PgDetail *detail = action->detail;

  if (!try_all_policies (try, action, detail, error))
    return FALSE;
  return detail->kind != PG_FILL || try_checks (try, index, detail, error);
}
