/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers told apart by the very names that trigger.c gives them: whatever is called
 * otherwise is somebody else's and has to fire.
 */
#include "config.h"

#include "engine/sqlite/echo.h"

#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/trigger.h"

static gboolean
share_a_column (const char *const *a, const char *const *b)
{
  for (guint i = 0; a[i] != NULL; i++)
    if (name_list_contains (b, a[i]))
      return TRUE;
  return FALSE;
}

/* Its triggers are those of the row that is filled, or do not look at what is written. */
static gboolean
is_unmoved (const Sync *sync, const Sync *filled)
{
  return sync == filled
         || (!share_a_column (sync->old_columns, filled->new_columns)
             && !share_a_column (sync->new_columns, filled->new_columns));
}

static void
add_names (GHashTable *names, const Table *table, const char *column,
           const char *const *whats)
{
  for (guint i = 0; whats[i] != NULL; i++)
    g_hash_table_add (names, sync_trigger_name (table->name, column, whats[i]));
}

/* What the triggers are called that have nothing to do. */
static GHashTable *
idle_names (const Table *table, const Sync *filled)
{
  static const char *const of_mirror[] = { "insert", "update", "fill", NULL };
  static const char *const of_required[] = { "required-insert", "required-update", NULL };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (!is_unmoved (sync, filled))
        continue;
      if (sync->new_columns[0] != NULL)
        add_names (names, table, sync->new_columns[0], of_mirror);
      for (guint j = 0; sync->old_columns[j] != NULL; j++)
        if (!name_list_contains (filled->new_columns, sync->old_columns[j]))
          add_names (names, table, sync->old_columns[j], of_required);
    }
  return names;
}

/* Whether a write into the table may make SQLite write into another one, whose triggers
 * would not fire either. */
static gboolean
has_cascades (sqlite3 *db, const SqliteTable *live, gboolean *found, Arena *arena,
              GError **error)
{
  const char *text;
  const char *sql = arena_printf (
      arena,
      "SELECT 1 FROM main.sqlite_schema AS child, pragma_foreign_key_list(child.name) AS "
      "key WHERE child.type = 'table' AND key.\"table\" = %s COLLATE NOCASE AND "
      "key.on_update NOT IN ('NO ACTION', 'RESTRICT') LIMIT 1",
      sqlite_text_literal (arena, live->name));

  if (!live_text (db, sql, &text, arena, error))
    return FALSE;
  *found = text != NULL;
  return TRUE;
}

gboolean
echo_is_all (sqlite3 *db, const SqliteTable *live, const Table *table, const Sync *sync,
             gboolean *all, Arena *arena, GError **error)
{
  g_autoptr (GHashTable) names = idle_names (table, sync);
  gboolean cascades;

  *all = FALSE;
  for (guint i = 0; i < live->n_triggers; i++)
    if (!g_hash_table_contains (names, live->triggers[i].name))
      return TRUE;
  if (!has_cascades (db, live, &cascades, arena, error))
    return FALSE;
  *all = !cascades;
  return TRUE;
}

void
echo_let (sqlite3 *db, gboolean fire)
{
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, fire ? 1 : 0, NULL);
}
