/* SPDX-License-Identifier: Apache-2.0
 *
 * Both sides of foreign keys, changed under one lock.
 */
#include "config.h"

#include "engine/mariadb/retype.h"

#include "engine/mariadb/live.h"
#include "engine/mariadb/lock.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"

static gboolean
find_key (SqlConnection *connection, const MariaBoundKey *key, gboolean *found,
          Arena *arena, GError **error)
{
  return mariadb_finds (
      connection,
      arena_printf (arena,
                    "SELECT 1 FROM "
                    "information_schema.REFERENTIAL_CONSTRAINTS WHERE "
                    "CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = %s "
                    "AND CONSTRAINT_NAME = %s",
                    mariadb_quote (arena, key->table), mariadb_quote (arena, key->name)),
      found, error);
}

static gboolean
is_done (SqlConnection *connection, const MariaRetype *retype, gboolean *done,
         Arena *arena, GError **error)
{
  *done = TRUE;
  for (guint i = 0; *done && i < retype->n_columns; i++)
    {
      const MariaBoundColumn *bound = retype->columns[i];
      const MariaColumn *column;
      if (!maria_read_column (connection, bound->table, bound->column, arena, &column,
                              error))
        return FALSE;
      *done = column != NULL && maria_column_has_type (column, retype->type);
    }
  for (guint i = 0; *done && i < retype->n_keys; i++)
    if (!find_key (connection, retype->keys[i], done, arena, error))
      return FALSE;
  return TRUE;
}

/* Before anything is changed: a value that the shorter type does not hold. */
static gboolean
refuse_values (SqlConnection *connection, const MariaRetype *retype, Arena *arena,
               GError **error)
{
  for (guint i = 0;
       g_ascii_strcasecmp (retype->type, "INT") == 0 && i < retype->n_columns; i++)
    {
      const MariaBoundColumn *bound = retype->columns[i];
      const MariaTable *table;
      const char *row;
      if (!maria_live_table (connection, bound->table, arena, &table, error)
          || !maria_first_row (connection, table,
                               arena_printf (arena,
                                             "%s NOT BETWEEN -2147483648 AND 2147483647",
                                             mariadb_identifier (arena, bound->column)),
                               &row, arena, error))
        return FALSE;
      if (row == NULL)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "row %s of '%s', column '%s': the number does not fit %s", row,
                   bound->table, bound->column, retype->type);
      return FALSE;
    }
  return TRUE;
}

static gboolean
drop_keys (SqlConnection *connection, const MariaRetype *retype, Arena *arena,
           GError **error)
{
  for (guint i = 0; i < retype->n_keys; i++)
    if (!mariadb_exec (connection,
                       arena_printf (arena,
                                     "ALTER TABLE %s DROP FOREIGN KEY IF EXISTS %s",
                                     mariadb_identifier (arena, retype->keys[i]->table),
                                     mariadb_identifier (arena, retype->keys[i]->name)),
                       NULL, error))
      return FALSE;
  return TRUE;
}

/* MODIFY forgets what it is not told. */
static gboolean
change_column (SqlConnection *connection, const MariaBoundColumn *bound, const char *type,
               Arena *arena, GError **error)
{
  const MariaColumn *column;

  if (!maria_read_column (connection, bound->table, bound->column, arena, &column, error))
    return FALSE;
  if (column == NULL || maria_column_has_type (column, type))
    return TRUE;
  MariaColumn wanted = *column;
  wanted.type = type;
  return mariadb_exec (connection,
                       arena_printf (arena, "ALTER TABLE %s MODIFY COLUMN %s %s",
                                     mariadb_identifier (arena, bound->table),
                                     mariadb_identifier (arena, column->name),
                                     maria_live_definition (&wanted, column->not_null,
                                                            column->invisible, arena)),
                       NULL, error);
}

static gboolean
add_keys (SqlConnection *connection, const MariaRetype *retype, GError **error)
{
  for (guint i = 0; i < retype->n_keys; i++)
    if (!mariadb_exec (connection, retype->keys[i]->sql, NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
retype_locked (SqlConnection *connection, const MariaRetype *retype, Arena *arena,
               GError **error)
{
  if (!refuse_values (connection, retype, arena, error)
      || !drop_keys (connection, retype, arena, error))
    return FALSE;
  for (guint i = 0; i < retype->n_columns; i++)
    if (!change_column (connection, retype->columns[i], retype->type, arena, error))
      return FALSE;
  return add_keys (connection, retype, error);
}

gboolean
maria_retype (SqlConnection *connection, const MariaRetype *retype, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gboolean done, locked;

  if (!is_done (connection, retype, &done, arena, error) || done)
    return done;
  return maria_lock_tables (connection, retype->tables, FALSE, &locked, error)
         && maria_unlock_tables (connection,
                                 retype_locked (connection, retype, arena, error), error);
}
