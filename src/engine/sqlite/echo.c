/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers that have nothing to do: the mirror's own, told by the name that trigger.c
 * gives it, and those of other columns and other events.
 */
#include "config.h"

#include "engine/sqlite/echo.h"

#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/token.h"
#include "engine/sqlite/trigger.h"

/* What the text of a trigger consists of, comments aside. */
typedef struct
{
  const char *text;
  gsize at;
  SqliteToken token;
} Words;

static gboolean
next_word (Words *words)
{
  do
    if (!sqlite_token_next (words->text, &words->at, &words->token))
      return FALSE;
  while (words->token.kind == SQLITE_TOKEN_COMMENT);
  return TRUE;
}

static gboolean
is_word (const Words *words, const char *word)
{
  return sqlite_token_is (words->text, &words->token, word);
}

/* CREATE TRIGGER name [BEFORE | AFTER | INSTEAD OF]: moves on to the word behind. */
static gboolean
find_event (Words *words)
{
  for (guint i = 0; i < 4; i++)
    if (!next_word (words))
      return FALSE;
  if (is_word (words, "BEFORE") || is_word (words, "AFTER"))
    return next_word (words);
  return TRUE;
}

static gboolean
has_column (const char *const *columns, const char *name)
{
  for (guint i = 0; columns[i] != NULL; i++)
    if (g_ascii_strcasecmp (columns[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* Behind OF: whether one of the columns is named, up to ON. */
static gboolean
names_one (Words *words, const char *const *columns, Arena *arena)
{
  while (next_word (words) && !is_word (words, "ON"))
    if (!sqlite_token_is_sign (words->text, &words->token, ',')
        && has_column (columns, sqlite_token_name (words->text, &words->token, arena)))
      return TRUE;
  return FALSE;
}

/* Whether the trigger fires when the columns are updated; what cannot be read does. */
static gboolean
watches (const char *sql, const char *const *columns, Arena *arena)
{
  Words words = { .text = sql };

  if (!find_event (&words))
    return TRUE;
  if (is_word (&words, "INSERT") || is_word (&words, "DELETE"))
    return FALSE;
  return !is_word (&words, "UPDATE") || !next_word (&words) || !is_word (&words, "OF")
         || names_one (&words, columns, arena);
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
  g_autofree char *own = sync_trigger_name (table->name, sync->new_columns[0], "update");
  gboolean cascades;

  *all = FALSE;
  for (guint i = 0; i < live->n_triggers; i++)
    if (!g_str_equal (live->triggers[i].name, own)
        && watches (live->triggers[i].sql, sync->new_columns, arena))
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
