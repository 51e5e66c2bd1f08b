/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate before contract, as in memory's gate.c.
 */
#include "config.h"

#include "engine/sql/gate.h"

#include "engine/sql/lookup_sql.h"
#include "model/error.h"
#include "model/shape.h"

typedef struct
{
  const SqlGate *gate;
  const Table *table;
  const char *name; /* quoted */
  GString *whys;    /* ", a, b": texts of why SQL of the user's fails */
  Arena *arena;
} Gate;

/* SQL of the user's --------------------------------------------------------------- */

/* Puts in its place what cannot fail. */
static gboolean
guard_one (Gate *gate, const Table *table, const char *column,
           const SqlExpression *in_trigger, SqlGuarded *guarded, GError **error)
{
  if (!gate->gate->guard (gate->gate->connection, table, column, in_trigger, guarded,
                          gate->arena, error))
    return FALSE;
  g_string_append_printf (gate->whys, ", %s", guarded->why);
  return TRUE;
}

static gboolean
guard_own (gpointer data, const char *column, const SqlExpression *in_trigger,
           SqlGuarded *guarded, GError **error)
{
  Gate *gate = data;

  return guard_one (gate, gate->table, column, in_trigger, guarded, error);
}

static gboolean
guard_sync (Gate *gate, const Sync *sync, StepSql *sql, GError **error)
{
  return gate->gate->guard == NULL
         || sql_guard_sync (gate->gate->words, gate->table, sync, sql, guard_own, gate,
                            gate->arena, error);
}

static gboolean
guard_lookup (Gate *gate, const LookupSync *sync, SqlLookup *sql, GError **error)
{
  SqlLookup trigger = { .words = gate->gate->words, .row = "NEW." };
  const Table *table = database_find (gate->gate->shape, sync->table);
  SqlGuarded guarded;

  if (gate->gate->guard == NULL || !bound_transform_needs_database (sql->bound.transform))
    return TRUE;
  if (!sql_lookup_init (&trigger, gate->gate->shape, sync->table, sync->column,
                        sync->lookup, sync->declared, gate->arena, error)
      || !guard_one (gate, table, sync->column, &trigger.value, &guarded, error))
    return FALSE;
  sql->value = guarded.expression;
  return TRUE;
}

/* "; your SQL fails: …" of one of the rows, or "" */
static gboolean
find_why (Gate *gate, const char *condition, const char **why, GError **error)
{
  const char *sql = arena_printf (
      gate->arena,
      "SELECT zdm_why FROM (SELECT coalesce(NULL%s) AS zdm_why FROM %s WHERE %s) AS "
      "zdm_row WHERE zdm_why IS NOT NULL LIMIT 1",
      gate->whys->str, gate->name, condition);
  const char *text;

  *why = "";
  if (gate->whys->len == 0)
    return TRUE;
  if (!gate->gate->text (gate->gate->connection, sql, &text, gate->arena, error))
    return FALSE;
  if (text != NULL)
    *why = arena_printf (
        gate->arena, "; %s: write a value for which it works, or the new column itself",
        text);
  return TRUE;
}

/* Rows ---------------------------------------------------------------------------- */

static gboolean
refuse_failing (Gate *gate, const char *condition, GError *problem, GError **error)
{
  if (gate->gate->refuse_failing != NULL)
    return gate->gate->refuse_failing (gate->gate->connection, gate->table->name,
                                       condition, problem, error);
  g_propagate_error (error, problem);
  return FALSE;
}

/* @what: of "3 rows of 'users' …"; the condition is about rows of the table */
static gboolean
refuse (Gate *gate, const char *condition, const char *what, GError **error)
{
  SqlConnection *connection = gate->gate->connection;
  const char *sql = arena_printf (gate->arena, "SELECT count(*) FROM %s WHERE %s",
                                  gate->name, condition);
  const char *count, *row, *why;
  GError *problem = NULL;

  if (!gate->gate->text (connection, sql, &count, gate->arena, &problem))
    return refuse_failing (gate, condition, problem, error);
  gint64 n = g_ascii_strtoll (count, NULL, 10);
  if (n == 0)
    return TRUE;
  if (!gate->gate->first_row (connection, gate->table->name, condition, &row, gate->arena,
                              error)
      || !find_why (gate, condition, &why, error))
    return FALSE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
               "%" G_GINT64_FORMAT " row%s of '%s' %s %s, first %s%s", n,
               n == 1 ? "" : "s", gate->table->name, n == 1 ? "is" : "are", what,
               row != NULL ? row : "?", why);
  return FALSE;
}

static gboolean
check_sync (Gate *gate, const Sync *sync, GError **error)
{
  const char *prefix = arena_printf (gate->arena, "%s.", gate->name);
  StepSql sql;

  if (sync->mode == SYNC_ON_INSERT)
    return TRUE;
  return step_sql_init (&sql, gate->gate->words, gate->table, sync, prefix, FALSE,
                        gate->arena, error)
         && guard_sync (gate, sync, &sql, error)
         && refuse (gate, arena_printf (gate->arena, "NOT %s", step_sql_in_step (&sql)),
                    arena_printf (gate->arena, "out of step: '%s' does not go with '%s'",
                                  name_list_to_string (sync->new_columns, gate->arena),
                                  name_list_to_string (sync->old_columns, gate->arena)),
                    error);
}

static gboolean
check_syncs_of_old (Gate *gate, const char *column, GError **error)
{
  for (guint i = 0; i < gate->table->syncs->len; i++)
    {
      const Sync *sync = gate->table->syncs->pdata[i];
      if (name_list_contains (sync->old_columns, column)
          && !check_sync (gate, sync, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_split (Gate *gate, const TableSync *sync, GError **error)
{
  const char *here = gate->name;
  g_autoptr (GString) match = g_string_new (NULL);
  g_autoptr (GString) differs = g_string_new (NULL);

  for (guint i = 0; sync->key[i] != NULL; i++)
    {
      const char *key = gate->gate->words->identifier (gate->arena, sync->key[i]);
      g_string_append_printf (match, "%szdm_half.%s = %s.%s", i > 0 ? " AND " : "", key,
                              here, key);
    }
  for (guint i = 0; sync->columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (gate->table, sync->columns[i]);
      const char *name = gate->gate->words->identifier (gate->arena, column->name);
      g_string_append_printf (
          differs, "%s%s", i > 0 ? " OR " : "",
          gate->gate->words->same (
              &column->type, arena_printf (gate->arena, "%s.%s", here, name),
              arena_printf (
                  gate->arena, "(SELECT zdm_half.%s FROM %s AS zdm_half WHERE %s)", name,
                  gate->gate->words->table (gate->arena, sync->new_table), match->str),
              TRUE, gate->arena));
    }
  return refuse (gate, differs->str,
                 arena_printf (gate->arena, "not the same in '%s'", sync->new_table),
                 error);
}

static gboolean
check_splits (Gate *gate, const char *column, GError **error)
{
  for (guint i = 0; i < gate->gate->shape->table_syncs->len; i++)
    {
      const TableSync *sync = gate->gate->shape->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, gate->table->name)
          && name_list_contains (sync->columns, column)
          && !check_split (gate, sync, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_lookup (Gate *gate, const LookupSync *sync, GError **error)
{
  SqlLookup sql = { .words = gate->gate->words };

  if (!sql_lookup_init (&sql, gate->gate->shape, sync->table, sync->column, sync->lookup,
                        sync->declared, gate->arena, error)
      || !guard_lookup (gate, sync, &sql, error))
    return FALSE;
  /* What an application wrote into it is its own business. */
  const char *fails = sql.value.valid != NULL
                          ? arena_printf (gate->arena, "NOT %s OR ", sql.value.valid)
                          : "";
  return refuse (
      gate,
      arena_printf (gate->arena, "%s IS NULL AND %s AND (%s%s IS NOT NULL)", sql.target,
                    sync->lookup->aggregate == AGGREGATE_COUNT ? "true" : sql.matches,
                    fails, sql.value.value),
      arena_printf (gate->arena, "without the '%s' that '%s' has for them", sync->column,
                    sync->lookup->from_table),
      error);
}

/* A sync is over columns, or over what another table gives. */
static gboolean
check_end (Gate *gate, const char *column, GError **error)
{
  const Sync *sync = table_sync_of_new (gate->table, column);

  if (sync != NULL)
    return check_sync (gate, sync, error);
  for (guint i = 0; i < gate->gate->shape->lookup_syncs->len; i++)
    {
      const LookupSync *lookup = gate->gate->shape->lookup_syncs->pdata[i];
      if (g_str_equal (lookup->table, gate->table->name)
          && g_str_equal (lookup->column, column) && !check_lookup (gate, lookup, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_drop (Gate *gate, const DropColumn *drop, GError **error)
{
  for (guint i = 0; drop->columns[i] != NULL; i++)
    if (!check_syncs_of_old (gate, drop->columns[i], error)
        || !check_splits (gate, drop->columns[i], error))
      return FALSE;
  return TRUE;
}

gboolean
sql_gate_check (const SqlGate *sql, const char *table, const Operation *operation,
                GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GString) whys = g_string_new (NULL);
  Gate gate = {
    .gate = sql, .table = database_find (sql->shape, table), .whys = whys, .arena = arena
  };

  gate.name = sql->words->table (arena, gate.table->name);
  switch (operation->kind)
    {
    case OPERATION_DROP_COLUMN:
      return check_drop (&gate, &operation->drop_column, error);
    case OPERATION_SWAP_COLUMN:
      return check_end (&gate, operation->swap_column.shadow, error);
    default:
      return check_end (&gate, operation->end_sync.columns[0], error);
    }
}
