/* SPDX-License-Identifier: Apache-2.0
 *
 * The empty copy.
 */
#include "config.h"

#include "engine/sqlite/try_out.h"

#include "engine/sqlite/connection.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/null_key.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/tidy.h"

/* Tables first, since the rest is about them; what SQLite makes by itself is not made. */
#define SCHEMA_QUERY                                                                    \
  "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' " \
  "ESCAPE '\\' ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' " \
  "THEN 2 ELSE 3 END, rowid"

/* A virtual table whose module only the application has cannot be made here, nor what
 * stands on it: it is none of a migration's business. */
static gboolean
copy_object (const Value *values, G_GNUC_UNUSED guint n, gpointer copy,
             G_GNUC_UNUSED GError **error)
{
  g_autofree char *sql = g_strndup (values[0].text.bytes, values[0].text.length);

  live_exec (sqlite_connection_handle (copy), sql, NULL);
  return TRUE;
}

static gboolean
try_action (SqlConnection *copy, const Action *action, const char *definitions,
            GError **error)
{
  FillProgress progress = { 0 };
  gboolean fine = TRUE;

  if (action->kind != ACTION_FILL)
    return copy->engine->perform (copy, action, definitions, error);
  while (fine && !progress.done)
    fine = copy->engine->fill (copy, action, 1, &progress, error);
  g_free (progress.position);
  return fine;
}

/* Writes ------------------------------------------------------------------------ */

/* "UPDATE t SET a = a, b = b"; NULL: there is nothing to set */
static const char *
update_of (const SqliteTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    {
      const char *name = sqlite_identifier (arena, table->columns[i].name);
      if (table->columns[i].kind == SQLITE_COLUMN_PLAIN)
        g_string_append_printf (text, "%s%s = %s", text->len > 0 ? ", " : "", name, name);
    }
  return text->len == 0
             ? NULL
             : arena_printf (arena, "UPDATE %s SET %s",
                             sqlite_identifier (arena, table->name), text->str);
}

/* Writing makes SQLite compile the triggers. */
static gboolean
compiles (sqlite3 *db, const char *sql, const char **why, Arena *arena)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  sqlite3_finalize (statement);
  *why = code != SQLITE_OK ? arena_strdup (arena, sqlite3_errmsg (db)) : NULL;
  return code == SQLITE_OK;
}

/* A kind of write, of one table. */
typedef struct
{
  const char *what; /* "INSERT INTO 't'": what it is told from others by */
  const char *sql;
} Write;

/* Deletes first: the triggers of an insert may delete. */
static GArray *
list_writes (sqlite3 *db, Arena *arena, GError **error)
{
  g_autoptr (GPtrArray) names = sqlite_list_tables (db, arena, error);
  g_autoptr (GArray) writes = g_array_new (FALSE, FALSE, sizeof (Write));

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      const SqliteTable *table;
      if (!sqlite_read_table (db, names->pdata[i], arena, &table, error))
        return NULL;
      if (table == NULL || table->n_triggers == 0)
        continue;
      const char *name = sqlite_identifier (arena, table->name);
      const char *update = update_of (table, arena);
      const Write all[]
          = { { arena_printf (arena, "DELETE FROM %s", name),
                arena_printf (arena, "DELETE FROM %s", name) },
              { arena_printf (arena, "INSERT INTO %s", name),
                arena_printf (arena, "INSERT INTO %s DEFAULT VALUES", name) },
              { arena_printf (arena, "UPDATE %s", name), update } };
      g_array_append_vals (writes, all, update != NULL ? 3 : 2);
    }
  return names != NULL ? g_steal_pointer (&writes) : NULL;
}

/* Those that did not even compile at the start are not ours to judge. */
static gboolean
find_broken (sqlite3 *db, GHashTable *broken, Arena *arena, GError **error)
{
  g_autoptr (GArray) writes = list_writes (db, arena, error);
  const char *why;

  for (guint i = 0; writes != NULL && i < writes->len; i++)
    {
      const Write *write = &g_array_index (writes, Write, i);
      if (!compiles (db, write->sql, &why, arena))
        g_hash_table_add (broken, (gpointer) write->what);
    }
  return writes != NULL;
}

static gboolean
check_writes (sqlite3 *db, GHashTable *broken, Arena *arena, GError **error)
{
  g_autoptr (GArray) writes = list_writes (db, arena, error);
  const char *why;

  for (guint i = 0; writes != NULL && i < writes->len; i++)
    {
      const Write *write = &g_array_index (writes, Write, i);
      if (g_hash_table_contains (broken, write->what)
          || compiles (db, write->sql, &why, arena))
        continue;
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_DRIFT,
          "after it an application's %s would fail here, in a trigger: %s. Nothing has "
          "been touched: change the trigger, or what it writes, and run it again",
          write->what, why);
      return FALSE;
    }
  return writes != NULL;
}

/* The whole --------------------------------------------------------------------- */

static gboolean
try_all (SqlConnection *copy, const Database *start, const GPtrArray *actions,
         const Action **at, GError **error)
{
  sqlite3 *db = sqlite_connection_handle (copy);
  g_autofree char *definitions = tidy_record (db, start, error);
  g_autoptr (GHashTable) broken = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (Arena) arena = arena_new ();

  if (definitions == NULL || !find_broken (db, broken, arena, error))
    return FALSE;
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      g_autoptr (GError) problem = NULL;
      gboolean is_last
          = i + 1 == actions->len
            || ((const Action *) actions->pdata[i + 1])->step != action->step;
      *at = action;
      if (try_action (copy, action, definitions, &problem))
        {
          if (is_last && !check_writes (db, broken, arena, error))
            return FALSE;
          continue;
        }
      /* Rows the file itself gives fail as rows do: at their step, which takes back
       * what came before it. */
      if (action->kind == ACTION_FILL)
        continue;
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_DRIFT,
          "it would fail here: %s. Nothing has been touched: change what is in the way, "
          "a view, an index or a trigger of your own, and run it again",
          problem->message);
      return FALSE;
    }
  return TRUE;
}

/* What an empty copy does not know. */
static gboolean
look_at_rows (SqlConnection *connection, const GPtrArray *actions, const Action **at,
              GError **error)
{
  sqlite3 *db = sqlite_connection_handle (connection);

  for (guint i = 0; i < actions->len; i++)
    {
      *at = actions->pdata[i];
      if (!null_key_check (db, actions->pdata[i], error))
        return FALSE;
    }
  return TRUE;
}

gboolean
sqlite_try_out (SqlConnection *connection, const Database *start,
                const GPtrArray *actions, const Action **at, GError **error)
{
  SqlConnection *copy = sqlite_connection_in_memory (connection->engine, error);

  *at = NULL;
  if (copy == NULL)
    return FALSE;
  gboolean fine = sqlite_connection_run (connection, SCHEMA_QUERY, NULL, 0, copy_object,
                                         copy, NULL, error)
                  && sqlite_connection_begin (copy, 0, error)
                  && try_all (copy, start, actions, at, error)
                  && look_at_rows (connection, actions, at, error);
  if (fine)
    *at = NULL;
  sqlite_connection_roll_back (copy);
  sqlite_connection_close (copy);
  return fine;
}
