/* SPDX-License-Identifier: Apache-2.0
 *
 * What a new row meets on its way.
 */
#include "config.h"

#include "engine/sqlite/passing.h"

#include "engine/sqlite/live.h"
#include "model/error.h"
#include "model/shape.h"

typedef struct
{
  sqlite3 *db;
  const SqliteTable *live;
  const SqliteColumn *column; /* the old one */
  Arena *arena;
} Passing;

static gboolean
has_default (const SqliteColumn *column)
{
  return column->default_text != NULL
         && g_ascii_strcasecmp (column->default_text, "NULL") != 0;
}

/* Who does not give the old name of such a key has no row: no NOT NULL could be off. */
static gboolean
check_key (const Passing *passing, GError **error)
{
  const SqliteTable *live = passing->live;

  if ((!live->strict && !live->without_rowid) || passing->column->key_position == 0
      || has_default (passing->column)
      || g_strcmp0 (live->rowid_column, passing->column->name) == 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' is in the key of '%s', which is %s: a new application could "
               "add no row that gives only the new name; change it while no application "
               "writes, or make a new table",
               passing->column->name, live->name,
               live->without_rowid ? "WITHOUT ROWID" : "STRICT");
  return FALSE;
}

static gboolean
check_column (const Passing *passing, GError **error)
{
  return check_key (passing, error);
}

/* What a new application writes by other names: a shadow it does not know of. */
static const Sync *
sync_of (const SqliteDetail *detail)
{
  const Table *table = database_find (detail->shape, detail->table);
  const Sync *sync = table != NULL ? table_sync_of_new (table, detail->column) : NULL;

  return sync != NULL && sync->mode == SYNC_BOTH && sync->purpose != SYNC_FOR_SHADOW
             ? sync
             : NULL;
}

gboolean
passing_check (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  const Sync *sync = sync_of (detail);
  g_autoptr (Arena) arena = arena_new ();
  Passing passing = { .db = db, .arena = arena };

  if (sync == NULL)
    return TRUE;
  if (!live_table (db, detail->table, &passing.live, arena, error))
    return FALSE;
  for (guint i = 0; sync->old_columns[i] != NULL; i++)
    {
      passing.column = sqlite_table_find_column (passing.live, sync->old_columns[i]);
      if (passing.column != NULL && !check_column (&passing, error))
        return FALSE;
    }
  return TRUE;
}
