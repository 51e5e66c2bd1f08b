/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate before contract, as in memory's gate.c.
 */
#include "config.h"

#include "engine/sqlite/gate.h"

#include "engine/sqlite/function.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/lookup_sql.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/words.h"
#include "model/error.h"
#include "model/shape.h"

typedef struct
{
  sqlite3 *db;
  const Database *shape;
  const Table *table;
  const SqliteTable *live;
  Arena *arena;
} Gate;

/* @what: of "3 rows of 'users' …"; the condition is about rows of the table */
static gboolean
refuse (Gate *gate, const char *condition, const char *what, GError **error)
{
  const char *count, *row;

  if (!live_text (gate->db,
                  arena_printf (gate->arena, "SELECT count(*) FROM %s WHERE %s",
                                sqlite_identifier (gate->arena, gate->table->name),
                                condition),
                  &count, gate->arena, error))
    return FALSE;
  gint64 n = g_ascii_strtoll (count, NULL, 10);
  if (n == 0)
    return TRUE;
  if (!live_first_row (gate->db, gate->live, condition, &row, gate->arena, error))
    return FALSE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
               "%" G_GINT64_FORMAT " row%s of '%s' %s %s, first %s", n, n == 1 ? "" : "s",
               gate->table->name, n == 1 ? "is" : "are", what, row != NULL ? row : "?");
  return FALSE;
}

static const char *
arguments (Gate *gate, const Sync *sync)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *const *lists[] = { sync->old_columns, sync->new_columns };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i][j] != NULL; j++)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              sqlite_identifier (gate->arena, lists[i][j]));
  return arena_strdup (gate->arena, text->str);
}

/* Only SQLite knows what the user's SQL gives; and what is copied both ways is looked at
 * by nobody, whatever it is. */
static const char *
out_of_step (Gate *gate, const Sync *sync, GError **error)
{
  if (!sqlite_sync_needs_database (sync) && !sqlite_sync_is_copy (sync))
    return function_in_step (gate->db, "zdm_gate", gate->table, sync, error)
               ? arena_printf (gate->arena, "NOT zdm_gate(%s)", arguments (gate, sync))
               : NULL;
  const char *in_step = sqlite_sync_in_step (gate->table, sync, gate->arena, error);
  return in_step != NULL ? arena_printf (gate->arena, "NOT %s", in_step) : NULL;
}

static gboolean
check_sync (Gate *gate, const Sync *sync, GError **error)
{
  if (sync->mode == SYNC_ON_INSERT)
    return TRUE;
  const char *condition = out_of_step (gate, sync, error);
  return condition != NULL
         && refuse (gate, condition,
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
  const char *here = sqlite_identifier (gate->arena, gate->table->name);
  g_autoptr (GString) match = g_string_new (NULL);
  g_autoptr (GString) differs = g_string_new (NULL);

  for (guint i = 0; sync->key[i] != NULL; i++)
    {
      const char *key = sqlite_identifier (gate->arena, sync->key[i]);
      g_string_append_printf (match, "%szdm_half.%s IS %s.%s COLLATE BINARY",
                              i > 0 ? " AND " : "", key, here, key);
    }
  for (guint i = 0; sync->columns[i] != NULL; i++)
    {
      const char *column = sqlite_identifier (gate->arena, sync->columns[i]);
      g_string_append_printf (
          differs,
          "%s%s.%s IS NOT (SELECT zdm_half.%s FROM %s AS zdm_half WHERE %s) COLLATE BINARY",
          i > 0 ? " OR " : "", here, column, column,
          sqlite_identifier (gate->arena, sync->new_table), match->str);
    }
  return refuse (gate, differs->str,
                 arena_printf (gate->arena, "not the same in '%s'", sync->new_table),
                 error);
}

static gboolean
check_splits (Gate *gate, const char *column, GError **error)
{
  for (guint i = 0; i < gate->shape->table_syncs->len; i++)
    {
      const TableSync *sync = gate->shape->table_syncs->pdata[i];
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
  LookupSql sql;

  if (!lookup_sql_init (&sql, gate->shape, sync->table, sync->column, sync->lookup,
                        sync->declared, gate->arena, error))
    return FALSE;
  /* What an application wrote into it is its own business. */
  const char *fails = sql.value.valid != NULL
                          ? arena_printf (gate->arena, "NOT %s OR ", sql.value.valid)
                          : "";
  return refuse (
      gate,
      arena_printf (gate->arena, "%s IS NULL AND %s AND (%s%s IS NOT NULL)", sql.target,
                    sync->lookup->aggregate == AGGREGATE_COUNT ? "1" : sql.matches, fails,
                    sql.value.value),
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
  for (guint i = 0; i < gate->shape->lookup_syncs->len; i++)
    {
      const LookupSync *lookup = gate->shape->lookup_syncs->pdata[i];
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
sqlite_gate_check (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Operation *operation = detail->operation;
  Gate gate = { .db = db,
                .shape = detail->shape,
                .table = database_find (detail->shape, detail->table),
                .arena = arena };

  if (!live_table (db, gate.table->name, &gate.live, arena, error))
    return FALSE;
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
