/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging names.
 */
#include "config.h"

#include "engine/sqlite/exchange.h"

#include "engine/sqlite/bound.h"
#include "engine/sqlite/live.h"
#include "model/error.h"

/* Who does not give the old name of such a key has no row: no NOT NULL could be off. */
static gboolean
check_key (const SqliteTable *live, const char *name, GError **error)
{
  const SqliteColumn *column = sqlite_table_find_column (live, name);

  if (!live->without_rowid || column == NULL || column->key_position == 0
      || column->default_text != NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' is in the key of '%s', which is WITHOUT ROWID: a new "
               "application could add no row that gives only the new name; rename it "
               "with ALTER TABLE while no application writes",
               name, live->name);
  return FALSE;
}

gboolean
sqlite_exchange (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  const char *to[] = { detail->names[1], detail->names[0], NULL };
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!sqlite_bound_check_references (db, detail->table, detail->names, NULL, arena,
                                      error)
      || !live_table (db, detail->table, &live, arena, error)
      || !check_key (live, detail->names[0], error))
    return FALSE;
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  if (definition == NULL)
    return FALSE;
  g_autofree char *sql = definition_rename_columns (definition, detail->names, to, error);
  return sql != NULL && live_define (db, live->name, sql, error);
}
