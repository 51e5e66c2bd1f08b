/* SPDX-License-Identifier: Apache-2.0
 *
 * Action by action, by the catalogues.
 */
#include "config.h"

#include "engine/postgres/try_out.h"

#include "engine/postgres/carry.h"
#include "engine/postgres/dependent.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"

typedef struct
{
  SqlConnection *connection;
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
                            trial->arena, error))
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
        names[n++] = postgres_identifier (trial->arena, detail->table);
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
                                  trial->arena, error)))
    return FALSE;
  return what == NULL
         || refuse (arena_printf (trial->arena, "table '%s'", detail->table), what,
                    error);
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
    case PG_CARRY_PREPARE:
      return pg_carry_check (trial->connection, detail, error);
    default:
      return TRUE;
    }
}

gboolean
postgres_try_out (SqlConnection *connection, G_GNUC_UNUSED const Database *start,
                  const GPtrArray *actions, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Trial trial = { .connection = connection, .actions = actions, .arena = arena };
  GError *problem = NULL;

  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      if (action->detail == NULL || try_action (&trial, action->detail, &problem))
        continue;
      if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED))
        problem->code = ZDM_ERROR_DRIFT;
      g_propagate_error (error, problem);
      return FALSE;
    }
  return TRUE;
}
