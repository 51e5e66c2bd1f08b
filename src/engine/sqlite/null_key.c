/* SPDX-License-Identifier: Apache-2.0
 *
 * A look for nulls.
 */
#include "config.h"

#include "engine/sqlite/null_key.h"

#include "engine/sqlite/detail.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"

static gboolean
check_column (sqlite3 *db, const SqliteDetail *detail, const char *name, GError **error)
{
  const Table *table = database_find (detail->shape, detail->table);
  const Column *declared = table != NULL ? table_find_column (table, name) : NULL;
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;
  const char *row;

  if (!sqlite_read_table (db, detail->table, arena, &live, error))
    return FALSE;
  const SqliteColumn *column
      = live != NULL ? sqlite_table_find_column (live, name) : NULL;
  if (column == NULL || g_strcmp0 (name, live->rowid_column) == 0
      || column->key_position == 0 || column->not_null || declared == NULL
      || declared->nullable)
    return TRUE;
  if (!live_first_row (
          db, live, arena_printf (arena, "%s IS NULL", sqlite_identifier (arena, name)),
          &row, arena, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "row %s of '%s' has no '%s', which is to be NOT NULL as the key's column "
               "that the file declares. Nothing has been touched: give the row a value, "
               "or delete it, and run it again",
               row, live->name, name);
  return FALSE;
}

gboolean
null_key_check (sqlite3 *db, const Action *action, GError **error)
{
  const SqliteDetail *detail = action->detail;

  if (detail == NULL)
    return TRUE;
  if (detail->kind == SQLITE_SWAP || detail->kind == SQLITE_EXCHANGE)
    return check_column (db, detail, detail->names[0], error);
  if (detail->kind != SQLITE_EDIT)
    return TRUE;
  for (guint i = 0; i < detail->n_edits; i++)
    if (detail->edits[i].kind == EDIT_DROP_NOT_NULL && detail->edits[i].keep_words
        && !check_column (db, detail, detail->edits[i].column, error))
      return FALSE;
  return TRUE;
}
