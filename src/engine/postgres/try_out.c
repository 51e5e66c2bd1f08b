/* SPDX-License-Identifier: Apache-2.0
 *
 * Action by action, by the catalogues.
 */
#include "config.h"

#include "engine/postgres/try_out.h"

#include "engine/postgres/bind_live.h"
#include "engine/postgres/dependent.h"
#include "engine/postgres/relatives.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/try_out_part.h"
#include "model/error.h"

static gboolean
refuse (const char *which, const char *what, GError **error)
{
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "%s cannot be dropped: %s needs it; drop that first, or make it do without", which,
      what);
  return FALSE;
}

static gboolean
is_declared (const PgTryOut *try, const char *table, const char *name)
{
  const Table *declared = database_find (try->start, table);

  return declared != NULL
         && (table_find_index (declared, name) != NULL
             || table_find_constraint (declared, name) != NULL);
}

/* Whether another column takes over what is bound to it. */
static gboolean
is_carried (const PgTryOut *try, const PgDetail *dropped)
{
  for (guint i = 0; i < try->actions->len; i++)
    {
      const Action *action = try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL && detail->kind == PG_CARRY_PREPARE
          && g_str_equal (detail->table, dropped->table)
          && g_str_equal (detail->column, dropped->column))
        return TRUE;
    }
  return FALSE;
}

/* What is over another column too is not the column's own. */
static gboolean
find_shared (const PgTryOut *try, const PgDetail *detail, const PgTable *live,
             const PgColumn *column, const char **what, GError **error)
{
  if (is_carried (try, detail))
    return TRUE;
  g_autoptr (PostgresResult) shared
      = pg_column_shared (try->connection, live, column, try->arena, error);
  for (int i = 0; shared != NULL && i < PQntuples (shared) && *what == NULL; i++)
    {
      const char *name = postgres_cell (shared, i, 0);
      gboolean moves;
      if (!pg_try_moves_along (try, detail, live, name, &moves, error))
        return FALSE;
      if (!moves && !is_declared (try, detail->table, name))
        *what = arena_strdup (try->arena, postgres_cell (shared, i, 1));
    }
  return shared != NULL;
}

/* Writers could not leave it out: an identity knows no null. */
static gboolean
refuse_identity (const PgTryOut *try, const PgDetail *detail, const PgColumn *live,
                 GError **error)
{
  if (live->identity == '\0' || is_carried (try, detail))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' is an identity, which can neither be left out by "
               "writers nor be made again without a rewrite of the table; put a default "
               "by a sequence in its place first",
               detail->column, detail->table);
  return FALSE;
}

static gboolean
try_drop_column (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *what;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error))
    return FALSE;
  const PgColumn *column = live != NULL ? pg_find_column (live, detail->column) : NULL;
  if (column == NULL)
    return TRUE; /* it is there only while the migration runs */
  if (!refuse_identity (try, detail, column, error)
      || !pg_column_dependent (try->connection, detail->shape, live, column, &what,
                               try->arena, error)
      || (what == NULL
          && !pg_column_trigger (try->connection, live, column, detail->tag, &what,
                                 try->arena, error))
      || (what == NULL && !find_shared (try, detail, live, column, &what, error))
      || (what == NULL && (column->identity != '\0' || !is_carried (try, detail))
          && !pg_sequence_dependent (try->connection, live, column, &what, try->arena,
                                     error)))
    return FALSE;
  if (what == NULL)
    return pg_try_row_triggers (try, live, error);
  return refuse (
      arena_printf (try->arena, "column '%s' of '%s'", detail->column, detail->table),
      what, error);
}

/* The tables that the plan drops, quoted. */
static const char *const *
going (const PgTryOut *try)
{
  const char **names = arena_new_array (try->arena, const char *, try->actions->len + 1);
  guint n = 0;

  for (guint i = 0; i < try->actions->len; i++)
    {
      const Action *action = try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL && detail->kind == PG_DROP_TABLE)
        names[n++] = postgres_table (try->arena, detail->table);
    }
  return names;
}

static gboolean
try_drop_table (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *what = NULL;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error)
      || (live != NULL
          && !pg_table_dependent (try->connection, live, going (try), &what, try->arena,
                                  error))
      || (live != NULL && what == NULL
          && !pg_sequence_dependent (try->connection, live, NULL, &what, try->arena,
                                     error)))
    return FALSE;
  return what == NULL
         || refuse (arena_printf (try->arena, "table '%s'", detail->table), what, error);
}

/* What was there before the run would be taken for ours, and dropped on the way back. */
static gboolean
refuse_taken (const char *table, const char *what, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "table '%s' cannot get what is planned: %s is there already, and the file "
               "does not declare it; declare it, drop it, or plan another name",
               table, what);
  return FALSE;
}

/* Indexes share their names with all that is in the schema. */
static gboolean
try_index (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *what;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error))
    return FALSE;
  if (live == NULL || is_declared (try, detail->table, detail->name))
    return TRUE;
  if (!postgres_text (
          try->connection,
          arena_printf (
              try->arena,
              "SELECT CASE WHEN NOT i.indisvalid THEN 'invalid ' ELSE '' END || "
              "pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, "
              "c.oid, 0) FROM pg_catalog.pg_class AS c LEFT JOIN pg_catalog.pg_index AS i "
              "ON i.indexrelid = c.oid WHERE c.relname = %s AND c.relnamespace = (SELECT "
              "relnamespace FROM pg_catalog.pg_class WHERE oid = %s)",
              postgres_quote (try->arena, detail->name), live->oid),
          &what, try->arena, error))
    return FALSE;
  return what == NULL || refuse_taken (detail->table, what, error);
}

static gboolean
try_constraint (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const char *name = detail->constraint->name;
  const PgTable *live;
  gboolean found = FALSE;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error)
      || (live != NULL
          && !pg_has_constraint (try->connection, live->oid, name, &found, error)))
    return FALSE;
  return !found || is_declared (try, detail->table, name)
         || refuse_taken (detail->table,
                          arena_printf (try->arena, "constraint '%s'", name), error);
}

/* With policies the view asks for the rights of whoever uses it: to all columns, as it is
 * over all of them. */
static gboolean
try_alias (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *why = NULL;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error)
      || (live != NULL
          && !postgres_text (
              try->connection,
              arena_printf (
                  try->arena,
                  "WITH c AS (SELECT oid FROM pg_catalog.pg_class WHERE oid = %s AND "
                  "relrowsecurity) SELECT 'no view asks these before PostgreSQL 15' FROM c "
                  "WHERE pg_catalog.current_setting('server_version_num')::integer < 150000 "
                  "UNION ALL SELECT 'column ' || pg_catalog.quote_ident(a.attname) || ' has "
                  "privileges of its own, which a view that asks these does not know' FROM "
                  "c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid WHERE a.attacl "
                  "IS NOT NULL LIMIT 1",
                  live->oid),
              &why, try->arena, error)))
    return FALSE;
  if (why == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "table '%s' cannot have a second name: policies say who sees which rows, "
               "and %s",
               detail->table, why);
  return FALSE;
}

/* A table that is made has none. */
static gboolean
try_share (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  gboolean secured = FALSE;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error)
      || (live != NULL
          && !postgres_finds (try->connection,
                              arena_printf (try->arena,
                                            "SELECT 1 FROM pg_catalog.pg_class WHERE oid "
                                            "= %s AND relrowsecurity",
                                            live->oid),
                              &secured, error)))
    return FALSE;
  if (!secured)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "table '%s' cannot be split: its policies say who sees which rows, and "
               "would not hold in '%s'",
               detail->table, detail->to);
  return FALSE;
}

static gboolean
try_relatives (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live = NULL;

  if (detail->table != NULL
      && !pg_read_table (try->connection, detail->table, try->arena, &live, error))
    return FALSE;
  return live == NULL || pg_relatives_check (try->connection, live, detail, error);
}

static gboolean
try_tables (const PgTryOut *try, GError **error)
{
  for (guint i = 0; i < try->start->tables->len; i++)
    {
      const Table *table = try->start->tables->pdata[i];
      const PgTable *live;
      if (!pg_read_table (try->connection, table->name, try->arena, &live, error)
          || (live != NULL && !pg_relatives_check_table (try->connection, live, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_action (const PgTryOut *try, guint index, const PgDetail *detail, GError **error)
{
  switch (detail->kind)
    {
    case PG_DROP_COLUMN:
      return try_drop_column (try, detail, error) && pg_try_sql (try, index, error);
    case PG_DROP_TABLE:
      return try_drop_table (try, detail, error);
    case PG_INDEX:
      return try_index (try, detail, error);
    case PG_ADD_CONSTRAINT:
    case PG_ATTACH:
      return try_constraint (try, detail, error);
    case PG_ALIAS:
      return try_alias (try, detail, error);
    case PG_SHARE:
      return try_share (try, detail, error);
    case PG_CREATE_HALF:
      return pg_try_half (try, detail, error);
    case PG_ADD_COLUMN:
      return pg_try_add_column (try, detail, error);
    case PG_FILL:
    case PG_CHECK_STEP:
      return pg_try_rows (try, index, error) && pg_try_sql (try, index, error);
    case PG_SYNC:
      return pg_try_sync (try, detail, error) && pg_try_sql (try, index, error);
    case PG_CARRY_PREPARE:
      return pg_try_carry (try, index, error);
    default:
      return TRUE;
    }
}

static gboolean
try_all (const PgTryOut *try, const Action **at, GError **error)
{
  if (!try_tables (try, error) || !pg_try_events (try, error))
    return FALSE;
  for (guint i = 0; i < try->actions->len; i++)
    {
      const Action *action = try->actions->pdata[i];
      if (action->detail == NULL
          || (try_relatives (try, action->detail, error)
              && try_action (try, i, action->detail, error)))
        continue;
      *at = action;
      return FALSE;
    }
  return TRUE;
}

/* Definitions are read under the lock of a reader, for an instant: who has come so far
 * does not have to wait for it. */
#define PATIENCE "SET lock_timeout = '1s'"
#define NO_PATIENCE "SET lock_timeout = 0"

/* In a transaction of the caller that is said already. */
static gboolean
try_in_time (const PgTryOut *try, const Action **at, GError **error)
{
  if (postgres_connection_is_in_transaction (try->connection))
    return try_all (try, at, error);
  if (!postgres_exec (try->connection, PATIENCE, NULL, error))
    return FALSE;
  gboolean fine = try_all (try, at, error);
  return postgres_exec (try->connection, NO_PATIENCE, NULL, fine ? error : NULL) && fine;
}

gboolean
postgres_try_out (SqlConnection *connection, const Database *start,
                  const GPtrArray *actions, const Action **at, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTryOut try
      = { .connection = connection, .start = start, .actions = actions, .arena = arena };
  GError *problem = NULL;

  *at = NULL;
  if (try_in_time (&try, at, &problem))
    return TRUE;
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED))
    problem->code = ZDM_ERROR_DRIFT;
  g_propagate_error (error, problem);
  return FALSE;
}
