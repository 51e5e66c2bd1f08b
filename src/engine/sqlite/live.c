/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions and definitions.
 */
#include "config.h"

#include "engine/sqlite/live.h"

#include "engine/sqlite/connection.h"
#include "engine/sqlite/row_key.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/token.h"
#include "model/error.h"

gboolean
live_exec (sqlite3 *db, const char *sql, GError **error)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK
         || sqlite_error (db, NULL, error);
}

gboolean
live_text (sqlite3 *db, const char *sql, const char **text, Arena *arena, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  *text = NULL;
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    {
      const char *bytes = (const char *) sqlite3_column_text (statement, 0);
      *text = arena_strdup (arena, bytes != NULL ? bytes : "");
    }
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || code == SQLITE_DONE || sqlite_error (db, NULL, error);
}

gboolean
live_table (sqlite3 *db, const char *name, const SqliteTable **table, Arena *arena,
            GError **error)
{
  if (!sqlite_read_table (db, name, arena, table, error))
    return FALSE;
  if (*table != NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "there is no table '%s'", name);
  return FALSE;
}

/* The words that SQLite reads as values; all others, and what is quoted, are texts. */
static gboolean
is_value_word (const char *text)
{
  static const char *const WORDS[]
      = { "NULL", "TRUE", "FALSE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP" };

  for (guint i = 0; i < G_N_ELEMENTS (WORDS); i++)
    if (g_ascii_strcasecmp (text, WORDS[i]) == 0)
      return TRUE;
  return FALSE;
}

const char *
live_default_operand (const SqliteColumn *column, Arena *arena)
{
  const char *text = column->default_text;
  SqliteToken token;
  gsize at = 0;

  if (text == NULL)
    return "NULL";
  if (is_value_word (text) || !sqlite_token_next (text, &at, &token) || text[at] != '\0'
      || (token.kind != SQLITE_TOKEN_WORD && token.kind != SQLITE_TOKEN_QUOTED))
    return text;
  return sqlite_text_literal (arena, sqlite_token_name (text, &token, arena));
}

gboolean
live_store_default (sqlite3 *db, const SqliteTable *table, const SqliteColumn *column,
                    Arena *arena, GError **error)
{
  const char *name = sqlite_identifier (arena, column->name);
  int fires;

  if (column->kind != SQLITE_COLUMN_PLAIN || column->key_position > 0)
    return TRUE;
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &fires);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  gboolean fine
      = live_exec (db, "PRAGMA ignore_check_constraints = ON", error)
        && live_exec (db,
                      arena_printf (arena, "UPDATE %s SET %s = %s WHERE %s IS (%s\n)",
                                    sqlite_identifier (arena, table->name), name, name,
                                    name, live_default_operand (column, arena)),
                      error);
  live_exec (db, "PRAGMA ignore_check_constraints = OFF", NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, fires, NULL);
  return fine;
}

static gboolean
write_definition (sqlite3 *db, const char *table, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (
      db, "UPDATE sqlite_schema SET sql = ?1 WHERE type = 'table' AND name = ?2", -1,
      &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_bind_text (statement, 1, sql, -1, SQLITE_TRANSIENT);
  if (code == SQLITE_OK)
    code = sqlite3_bind_text (statement, 2, table, -1, SQLITE_TRANSIENT);
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  sqlite3_finalize (statement);
  return code == SQLITE_DONE || sqlite_error (db, table, error);
}

/* Other connections read the schema again when its version is another one. */
static gboolean
next_schema_version (sqlite3 *db, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *version;

  return live_text (db, "PRAGMA schema_version", &version, arena, error)
         && live_exec (db,
                       arena_printf (arena, "PRAGMA schema_version = %d",
                                     (int) (g_ascii_strtoll (version, NULL, 10) + 1)),
                       error);
}

/* https://www.sqlite.org/lang_altertable.html, section 7, from "If some future version".
 */
gboolean
live_define (sqlite3 *db, const char *table, const char *sql, GError **error)
{
  if (!live_exec (db, "PRAGMA writable_schema = ON", error))
    return FALSE;
  gboolean fine = write_definition (db, table, sql, error)
                  && next_schema_version (db, error)
                  && live_exec (db, "PRAGMA writable_schema = RESET", error);
  live_exec (db, "PRAGMA writable_schema = OFF", NULL);
  /* The schema is read when it is next needed: now, so that it is refused here. */
  return fine && live_exec (db, "SELECT 1 FROM sqlite_schema LIMIT 1", error);
}

gboolean
live_first_row (sqlite3 *db, const SqliteTable *table, const char *condition,
                const char **row, Arena *arena, GError **error)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  RowKey key;

  if (!row_key_init (&key, table, arena, error))
    return FALSE;
  row_key_append_shown (&key, shown);
  return live_text (db,
                    arena_printf (arena, "SELECT %s FROM %s WHERE %s LIMIT 1", shown->str,
                                  key.table, condition),
                    row, arena, error);
}
