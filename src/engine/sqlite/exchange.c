/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging names.
 */
#include "config.h"

#include "engine/sqlite/exchange.h"

#include "engine/sqlite/bound.h"
#include "engine/sqlite/live.h"

gboolean
sqlite_exchange (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  const char *to[] = { detail->names[1], detail->names[0], NULL };
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!sqlite_bound_check_references (db, detail->table, detail->names, NULL, arena,
                                      error)
      || !live_table (db, detail->table, &live, arena, error))
    return FALSE;
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  if (definition == NULL)
    return FALSE;
  g_autofree char *sql = definition_rename_columns (definition, detail->names, to, error);
  return sql != NULL && live_define (db, live->name, sql, error);
}
