/* SPDX-License-Identifier: Apache-2.0
 *
 * What a new row meets on its way.
 */
#include "config.h"

#include "engine/sqlite/passing.h"

#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
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

/* Keys and unique constraints ------------------------------------------------------ */

static gboolean
is_over (const Passing *passing, const DefinitionConstraint *constraint)
{
  if (constraint->kind != DEFINITION_PRIMARY_KEY && constraint->kind != DEFINITION_UNIQUE)
    return FALSE;
  for (guint i = 0; i < constraint->n_columns; i++)
    if (g_ascii_strcasecmp (constraint->columns[i].name, passing->column->name) == 0)
      return TRUE;
  return FALSE;
}

/* Such a policy takes a row away, or skips one, without a word. */
static gboolean
is_silent (const Definition *definition, const DefinitionConstraint *constraint)
{
  g_autofree char *words = definition_slice (definition, constraint->conflict);
  g_autoptr (Arena) arena = arena_new ();

  return sqlite_text_mentions (words, "REPLACE", arena)
         || sqlite_text_mentions (words, "IGNORE", arena);
}

static gboolean
refuse (const Passing *passing, const char *what, const char *outcome, const char *way,
        GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' has %s: a row that a new application writes by the "
               "new name alone is there with %s in it for a moment, %s; %s first",
               passing->column->name, passing->live->name, what,
               has_default (passing->column) ? "its default" : "the old value or null",
               outcome, way);
  return FALSE;
}

/* What is alone and null meets no other row on its way; several columns can be written at
 * once, of which the old one comes later. */
static gboolean
check_unique (const Passing *passing, const Definition *definition,
              const DefinitionConstraint *constraint, GError **error)
{
  gboolean is_alone = constraint->n_columns == 1;

  if (!is_over (passing, constraint)
      || g_strcmp0 (passing->live->rowid_column, passing->column->name) == 0)
    return TRUE;
  g_autofree char *words = definition_slice (definition, constraint->span);
  const char *what = arena_printf (passing->arena, "%s%s", words,
                                   has_default (passing->column) ? " and a default" : "");
  if (is_silent (definition, constraint) && (!is_alone || has_default (passing->column)))
    return refuse (passing, what,
                   "and the policy would take another row away or skip this one silently",
                   is_alone ? "drop the default"
                            : "take the ON CONFLICT from the definition",
                   error);
  return !is_alone || !has_default (passing->column)
         || refuse (passing, what,
                    "and cannot be added where another row has the default",
                    "drop the default", error);
}

static gboolean
check_index (const Passing *passing, const SqliteIndex *index, GError **error)
{
  if (index->origin != SQLITE_INDEX_CREATED || !index->unique || index->partial
      || index->n_parts != 1 || !has_default (passing->column)
      || index->parts[0].column == NULL
      || g_ascii_strcasecmp (index->parts[0].column, passing->column->name) != 0)
    return TRUE;
  return refuse (
      passing,
      arena_printf (passing->arena, "unique index '%s' and a default", index->name),
      "and cannot be added where another row has the default", "drop the default", error);
}

/* Checks ---------------------------------------------------------------------------- */

/* Whether SQLite takes a row with nothing given, in a table of this column and this check
 * alone; a check that speaks of other columns, too, has no table. */
static gboolean
passes (const Passing *passing, const SqliteCheck *check)
{
  const SqliteColumn *column = passing->column;
  const char *table = sqlite_identifier (passing->arena, passing->live->name);
  sqlite3 *db = NULL;
  gboolean fine = TRUE;
  const char *create = arena_printf (
      passing->arena, "CREATE TABLE %s (%s %s%s%s, CHECK (%s))", table,
      sqlite_identifier (passing->arena, column->name), column->type,
      has_default (column) ? " DEFAULT " : "",
      has_default (column) ? arena_printf (passing->arena, "(%s)",
                                           live_default_operand (column, passing->arena))
                           : "",
      check->expression);
  const char *insert
      = arena_printf (passing->arena, "INSERT INTO %s DEFAULT VALUES", table);

  if (sqlite3_open (":memory:", &db) == SQLITE_OK
      && sqlite3_exec (db, create, NULL, NULL, NULL) == SQLITE_OK)
    fine = sqlite3_exec (db, insert, NULL, NULL, NULL) != SQLITE_CONSTRAINT;
  sqlite3_close (db);
  return fine;
}

static gboolean
check_checks (const Passing *passing, GError **error)
{
  for (guint i = 0; i < passing->live->n_checks; i++)
    {
      const SqliteCheck *check = &passing->live->checks[i];
      if (sqlite_text_mentions (check->expression, passing->column->name, passing->arena)
          && !passes (passing, check))
        return refuse (passing,
                       arena_printf (passing->arena, "CHECK (%s)", check->expression),
                       "which breaks the check, so that every insert would fail",
                       has_default (passing->column) ? "drop the default or the check"
                                                     : "drop the check",
                       error);
    }
  return TRUE;
}

static gboolean
check_column (const Passing *passing, GError **error)
{
  g_autoptr (Definition) definition = definition_new (passing->live->sql, error);

  if (definition == NULL || !check_key (passing, error))
    return FALSE;
  for (guint i = 0; i < definition->constraints->len; i++)
    if (!check_unique (passing, definition, definition->constraints->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < passing->live->n_indexes; i++)
    if (!check_index (passing, &passing->live->indexes[i], error))
      return FALSE;
  return check_checks (passing, error);
}

/* The whole ------------------------------------------------------------------------- */

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
