/* SPDX-License-Identifier: Apache-2.0
 *
 * Action by action, by the catalogues.
 */
#include "config.h"

#include "engine/postgres/try_out.h"

#include "engine/postgres/bind_live.h"
#include "engine/postgres/carry.h"
#include "engine/postgres/dependent.h"
#include "engine/postgres/relatives.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"

typedef struct
{
  SqlConnection *connection;
  const Database *start;
  const GPtrArray *actions;
  Arena *arena;
} Trial;

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
is_declared (const Trial *trial, const char *table, const char *name)
{
  const Table *declared = database_find (trial->start, table);

  return declared != NULL
         && (table_find_index (declared, name) != NULL
             || table_find_constraint (declared, name) != NULL);
}

/* Whether another column takes over what is bound to it. */
static gboolean
is_carried (const Trial *trial, const PgDetail *dropped)
{
  for (guint i = 0; i < trial->actions->len; i++)
    {
      const Action *action = trial->actions->pdata[i];
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
find_shared (const Trial *trial, const PgDetail *detail, const PgTable *live,
             const PgColumn *column, const char **what, GError **error)
{
  if (is_carried (trial, detail))
    return TRUE;
  g_autoptr (PostgresResult) shared
      = pg_column_shared (trial->connection, live, column, trial->arena, error);
  for (int i = 0; shared != NULL && i < PQntuples (shared) && *what == NULL; i++)
    if (!is_declared (trial, detail->table, postgres_cell (shared, i, 0)))
      *what = arena_strdup (trial->arena, postgres_cell (shared, i, 1));
  return shared != NULL;
}

static gboolean
try_drop_column (const Trial *trial, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *what;

  if (!pg_read_table (trial->connection, detail->table, trial->arena, &live, error))
    return FALSE;
  const PgColumn *column = live != NULL ? pg_find_column (live, detail->column) : NULL;
  if (column == NULL)
    return TRUE; /* it is there only while the migration runs */
  if (!pg_column_dependent (trial->connection, detail->shape, live, column, &what,
                            trial->arena, error)
      || (what == NULL
          && !pg_column_trigger (trial->connection, live, column, &what, trial->arena,
                                 error))
      || (what == NULL && !find_shared (trial, detail, live, column, &what, error))
      || (what == NULL && (column->identity != '\0' || !is_carried (trial, detail))
          && !pg_sequence_dependent (trial->connection, live, column, &what, trial->arena,
                                     error)))
    return FALSE;
  return what == NULL
         || refuse (arena_printf (trial->arena, "column '%s' of '%s'", detail->column,
                                  detail->table),
                    what, error);
}

/* The tables that the plan drops, quoted. */
static const char *const *
going (const Trial *trial)
{
  const char **names
      = arena_new_array (trial->arena, const char *, trial->actions->len + 1);
  guint n = 0;

  for (guint i = 0; i < trial->actions->len; i++)
    {
      const Action *action = trial->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL && detail->kind == PG_DROP_TABLE)
        names[n++] = postgres_table (trial->arena, detail->table);
    }
  return names;
}

static gboolean
try_drop_table (const Trial *trial, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *what = NULL;

  if (!pg_read_table (trial->connection, detail->table, trial->arena, &live, error)
      || (live != NULL
          && !pg_table_dependent (trial->connection, live, going (trial), &what,
                                  trial->arena, error))
      || (live != NULL && what == NULL
          && !pg_sequence_dependent (trial->connection, live, NULL, &what, trial->arena,
                                     error)))
    return FALSE;
  return what == NULL
         || refuse (arena_printf (trial->arena, "table '%s'", detail->table), what,
                    error);
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
try_index (const Trial *trial, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *what;

  if (!pg_read_table (trial->connection, detail->table, trial->arena, &live, error))
    return FALSE;
  if (live == NULL || is_declared (trial, detail->table, detail->name))
    return TRUE;
  if (!postgres_text (
          trial->connection,
          arena_printf (
              trial->arena,
              "SELECT CASE WHEN NOT i.indisvalid THEN 'invalid ' ELSE '' END || "
              "pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, "
              "c.oid, 0) FROM pg_catalog.pg_class AS c LEFT JOIN pg_catalog.pg_index AS i "
              "ON i.indexrelid = c.oid WHERE c.relname = %s AND c.relnamespace = (SELECT "
              "relnamespace FROM pg_catalog.pg_class WHERE oid = %s)",
              postgres_quote (trial->arena, detail->name), live->oid),
          &what, trial->arena, error))
    return FALSE;
  return what == NULL || refuse_taken (detail->table, what, error);
}

static gboolean
try_constraint (const Trial *trial, const PgDetail *detail, GError **error)
{
  const char *name = detail->constraint->name;
  const PgTable *live;
  gboolean found = FALSE;

  if (!pg_read_table (trial->connection, detail->table, trial->arena, &live, error)
      || (live != NULL
          && !pg_has_constraint (trial->connection, live->oid, name, &found, error)))
    return FALSE;
  return !found || is_declared (trial, detail->table, name)
         || refuse_taken (detail->table,
                          arena_printf (trial->arena, "constraint '%s'", name), error);
}

/* With policies the view asks for the rights of whoever uses it: to all columns, as it is
 * over all of them. */
static gboolean
try_alias (const Trial *trial, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *why = NULL;

  if (!pg_read_table (trial->connection, detail->table, trial->arena, &live, error)
      || (live != NULL
          && !postgres_text (
              trial->connection,
              arena_printf (
                  trial->arena,
                  "WITH c AS (SELECT oid FROM pg_catalog.pg_class WHERE oid = %s AND "
                  "relrowsecurity) SELECT 'no view asks these before PostgreSQL 15' FROM c "
                  "WHERE pg_catalog.current_setting('server_version_num')::integer < 150000 "
                  "UNION ALL SELECT 'column ' || pg_catalog.quote_ident(a.attname) || ' has "
                  "privileges of its own, which a view that asks these does not know' FROM "
                  "c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid WHERE a.attacl "
                  "IS NOT NULL LIMIT 1",
                  live->oid),
              &why, trial->arena, error)))
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
try_share (const Trial *trial, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  gboolean secured = FALSE;

  if (!pg_read_table (trial->connection, detail->table, trial->arena, &live, error)
      || (live != NULL
          && !postgres_finds (trial->connection,
                              arena_printf (trial->arena,
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
try_relatives (const Trial *trial, const PgDetail *detail, GError **error)
{
  const PgTable *live = NULL;

  if (detail->table != NULL
      && !pg_read_table (trial->connection, detail->table, trial->arena, &live, error))
    return FALSE;
  return live == NULL || pg_relatives_check (trial->connection, live, detail, error);
}

static gboolean
try_tables (const Trial *trial, GError **error)
{
  for (guint i = 0; i < trial->start->tables->len; i++)
    {
      const Table *table = trial->start->tables->pdata[i];
      const PgTable *live;
      if (!pg_read_table (trial->connection, table->name, trial->arena, &live, error)
          || (live != NULL && !pg_relatives_check_table (trial->connection, live, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
try_action (const Trial *trial, const PgDetail *detail, GError **error)
{
  switch (detail->kind)
    {
    case PG_DROP_COLUMN:
      return try_drop_column (trial, detail, error);
    case PG_DROP_TABLE:
      return try_drop_table (trial, detail, error);
    case PG_INDEX:
      return try_index (trial, detail, error);
    case PG_ADD_CONSTRAINT:
    case PG_ATTACH:
      return try_constraint (trial, detail, error);
    case PG_ALIAS:
      return try_alias (trial, detail, error);
    case PG_SHARE:
      return try_share (trial, detail, error);
    case PG_CARRY_PREPARE:
      return pg_carry_check (trial->connection, detail, error);
    default:
      return TRUE;
    }
}

static gboolean
try_all (const Trial *trial, GError **error)
{
  if (!try_tables (trial, error))
    return FALSE;
  for (guint i = 0; i < trial->actions->len; i++)
    {
      const Action *action = trial->actions->pdata[i];
      if (action->detail != NULL
          && (!try_relatives (trial, action->detail, error)
              || !try_action (trial, action->detail, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
postgres_try_out (SqlConnection *connection, const Database *start,
                  const GPtrArray *actions, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Trial trial
      = { .connection = connection, .start = start, .actions = actions, .arena = arena };
  GError *problem = NULL;

  if (try_all (&trial, &problem))
    return TRUE;
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED))
    problem->code = ZDM_ERROR_DRIFT;
  g_propagate_error (error, problem);
  return FALSE;
}
