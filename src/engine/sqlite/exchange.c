/* SPDX-License-Identifier: Apache-2.0
 *
 * Exchanging names.
 */
#include "config.h"

#include "engine/sqlite/exchange.h"

#include "engine/sqlite/live.h"
#include "model/error.h"

static const char *
referenced_column (const SqliteForeignKey *key, const SqliteDetail *detail)
{
  if (g_ascii_strcasecmp (key->table, detail->table) != 0
      || key->references_columns == NULL)
    return NULL;
  for (guint i = 0; key->references_columns[i] != NULL; i++)
    for (guint j = 0; detail->names[j] != NULL; j++)
      if (g_ascii_strcasecmp (key->references_columns[i], detail->names[j]) == 0)
        return detail->names[j];
  return NULL;
}

static gboolean
refuse_references_of (const SqliteTable *other, const SqliteDetail *detail,
                      GError **error)
{
  for (guint i = 0; i < other->n_foreign_keys; i++)
    {
      const char *column = referenced_column (&other->foreign_keys[i], detail);
      if (column == NULL)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "a foreign key of '%s' that is not declared refers to '%s' of '%s'",
                   other->name, column, detail->table);
      return FALSE;
    }
  return TRUE;
}

/* The declared ones have been dropped. */
static gboolean
refuse_references (sqlite3 *db, const SqliteDetail *detail, Arena *arena, GError **error)
{
  g_autoptr (GPtrArray) tables = sqlite_list_tables (db, arena, error);

  for (guint i = 0; tables != NULL && i < tables->len; i++)
    {
      const char *name = tables->pdata[i];
      const SqliteTable *other;
      if (g_ascii_strcasecmp (name, detail->table) == 0)
        continue;
      if (!sqlite_read_table (db, name, arena, &other, error)
          || (other != NULL && !refuse_references_of (other, detail, error)))
        return FALSE;
    }
  return tables != NULL;
}

gboolean
sqlite_exchange (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  const char *to[] = { detail->names[1], detail->names[0], NULL };
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!refuse_references (db, detail, arena, error)
      || !live_table (db, detail->table, &live, arena, error))
    return FALSE;
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  if (definition == NULL)
    return FALSE;
  g_autofree char *sql = definition_rename_columns (definition, detail->names, to, error);
  return sql != NULL && live_define (db, live->name, sql, error);
}
