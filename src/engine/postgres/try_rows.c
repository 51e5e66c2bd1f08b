/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows that cannot be seen, or not be written.
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/fill.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "engine/postgres/words.h"
#include "engine/sql/lookup_sql.h"
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

/* Rows that a fill writes, as it leaves them. */
typedef struct
{
  const PgTable *live;
  const char *rows; /* a condition of them; NULL: they are not known */
  const char *from; /* what they are in behind the fill */
} Written;

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

/* In which something is found.  The user's SQL is not run before its time. */
static const char *
found_rows (const PgTryOut *try, const PgDetail *detail)
{
  const Backfill *backfill = &detail->operation->backfill;
  SqlLookup sql = { .words = &postgres_words };

  if (!sql_lookup_init (&sql, detail->shape, detail->table, backfill->columns[0],
                        backfill->lookup, backfill->transform, try->arena, NULL)
      || bound_transform_needs_database (sql.bound.transform))
    return NULL;
  return arena_printf (try->arena, "(%s) IS NOT NULL",
                       step_sql_value (&sql.result, try->arena));
}

/* The rows in which the fill writes columns that come. */
static const char *
filled_rows (const PgTryOut *try, const PgDetail *detail, const PgTable *live)
{
  const Backfill *backfill = &detail->operation->backfill;

  if (backfill->where != NULL)
    return NULL;
  if (detail->fill == FILL_SYNC)
    return mirrored_rows (try, detail);
  if (pg_find_column (live, backfill->columns[0]) != NULL)
    return NULL;
  return detail->fill == FILL_LOOKUP ? found_rows (try, detail) : "true";
}

/* The live columns, of which some are set. */
static const char *
set_columns (PgFill *fill, const PgAssignments *assignments)
{
  g_autoptr (GString) list = g_string_new (fill->live->n_key > 0 ? "" : "ctid");

  for (guint i = 0; i < fill->live->n_columns; i++)
    {
      const PgColumn *column = &fill->live->columns[i];
      const char *value = pg_fill_column (fill, column->name);
      for (guint j = 0; j < assignments->n; j++)
        if (g_str_equal (assignments->list[j].column, column->name))
          value
              = arena_printf (fill->arena, "(%s)::%s",
                              pg_fill_value (fill, &assignments->list[j]), column->type);
      g_string_append_printf (list, "%s%s AS %s", list->len > 0 ? ", " : "", value,
                              postgres_identifier (fill->arena, column->name));
    }
  return arena_strdup (fill->arena, list->str);
}

static gboolean
needs_users_sql (const PgAssignments *assignments)
{
  for (guint i = 0; i < assignments->n; i++)
    if (bound_transform_needs_database (assignments->list[i].transform))
      return TRUE;
  return FALSE;
}

static void
read_set_rows (const PgTryOut *try, const PgDetail *detail, Written *written)
{
  PgFill fill = { .connection = try->connection,
                  .detail = detail,
                  .operation = detail->operation,
                  .table = database_find (detail->shape, detail->table),
                  .quoted = written->live->quoted,
                  .live = written->live,
                  .arena = try->arena };
  PgAssignments assignments;
  const char *condition;

  if (!pg_fill_read_set (&fill, &assignments, &condition, NULL) || assignments.n == 0
      || needs_users_sql (&assignments))
    return;
  written->rows = "true";
  written->from
      = arena_printf (try->arena, "(SELECT %s FROM %s WHERE %s AND (%s)) AS zdm_row",
                      set_columns (&fill, &assignments), fill.quoted, condition,
                      pg_fill_changed (&fill, assignments.list, assignments.n));
}

static void
read_written (const PgTryOut *try, const PgDetail *detail, Written *written)
{
  written->from = written->live->quoted;
  switch (detail->fill)
    {
    case FILL_SYNC:
    case FILL_DEFAULT:
    case FILL_COLUMNS:
    case FILL_LOOKUP:
      written->rows = filled_rows (try, detail, written->live);
      break;
    case FILL_SET:
      read_set_rows (try, detail, written);
      break;
    default:
      break;
    }
}

/* Whether it leaves all that the live rows hold as it is. */
static gboolean
writes_new_columns (const PgDetail *fill, const PgTable *live)
{
  const char *const *columns = fill->operation->backfill.columns;

  if (fill->operation->kind != OPERATION_BACKFILL)
    return FALSE;
  for (guint i = 0; columns[i] != NULL; i++)
    if (pg_find_column (live, columns[i]) != NULL)
      return FALSE;
  return TRUE;
}

/* What comes before may mend them. */
static gboolean
is_first_to_write (const PgTryOut *try, guint index, const PgTable *live)
{
  for (guint i = 0; i < index; i++)
    {
      const Action *action = try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL
          && (detail->kind == PG_SCRIPT
              || (detail->kind == PG_FILL && g_strcmp0 (detail->table, live->name) == 0
                  && !writes_new_columns (detail, live))))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_dropped_before (const PgTryOut *try, guint index, const char *table, const char *check)
{
  for (guint i = 0; i < index; i++)
    {
      const Action *action = try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL && detail->kind == PG_DROP_CONSTRAINT
          && g_str_equal (detail->table, table)
          && g_strcmp0 (detail->constraint->name, check) == 0)
        return TRUE;
    }
  return FALSE;
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
find_row (const PgTryOut *try, const Written *written, const char *condition,
          const char **row, GError **error)
{
  gboolean inside = postgres_connection_is_in_transaction (try->connection);
  PgTable table = *written->live;
  g_autoptr (GError) problem = NULL;

  table.quoted = written->from;
  *row = NULL;
  if (inside && !postgres_exec (try->connection, "SAVEPOINT zdm_row", NULL, error))
    return FALSE;
  if (!pg_first_row (try->connection, &table, condition, row, try->arena, &problem)
      && !pg_trial_is_answer (problem))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  return !inside
         || postgres_exec (try->connection,
                           "ROLLBACK TO SAVEPOINT zdm_row; RELEASE SAVEPOINT zdm_row",
                           NULL, error);
}

static gboolean
try_check (const PgTryOut *try, const Written *written, const char *name,
           const char *check, GError **error)
{
  const char *row;

  if (!find_row (try, written,
                 arena_printf (try->arena, "NOT (%s) AND %s", check, written->rows), &row,
                 error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "row %s of '%s' cannot be written: the check '%s', which is NOT VALID, does "
      "not allow it; mend such rows, or drop the check",
      row, written->live->name, name);
  return FALSE;
}

static gboolean
try_checks (const PgTryOut *try, guint index, const PgDetail *detail, GError **error)
{
  Written written = { 0 };

  if (!pg_read_table (try->connection, detail->table, try->arena, &written.live, error))
    return FALSE;
  if (written.live == NULL || !is_first_to_write (try, index, written.live))
    return TRUE;
  g_autoptr (PostgresResult) checks = read_checks (try, written.live, error);
  if (checks == NULL)
    return FALSE;
  if (PQntuples (checks) > 0)
    read_written (try, detail, &written);
  for (int i = 0; written.rows != NULL && i < PQntuples (checks); i++)
    {
      const char *name = postgres_cell (checks, i, 0);
      if (!is_dropped_before (try, index, detail->table, name)
          && !try_check (try, &written, name, postgres_cell (checks, i, 1), error))
        return FALSE;
    }
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
