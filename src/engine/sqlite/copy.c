/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies page by page, and digests row by row.
 */
#include "config.h"

#include "engine/sqlite/copy.h"

#include <glib/gstdio.h>
#include <string.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/row_key.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite.h"

#define URL_PREFIX "sqlite:"
#define BUSY_PAUSE_MS 20
#define BUSY_TRIES 500

static gboolean
copy_pages (sqlite3 *from, sqlite3 *to, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to, "main", from, "main");
  int code = SQLITE_ERROR;

  for (guint i = 0; backup != NULL && i < BUSY_TRIES; i++)
    {
      code = sqlite3_backup_step (backup, -1);
      if (code != SQLITE_BUSY && code != SQLITE_LOCKED)
        break;
      sqlite3_sleep (BUSY_PAUSE_MS);
    }
  sqlite3_backup_finish (backup);
  return code == SQLITE_DONE || sqlite_error (to, "copying the database", error);
}

char *
sqlite_copy (const char *url, const char *path, GError **error)
{
  g_autofree char *copy_url = g_strconcat (URL_PREFIX, path, NULL);
  SqlConnection *from
      = sqlite_connection_open (&engine_sqlite, url, SQL_READ_ONLY, error);
  SqlConnection *to = from != NULL ? sqlite_connection_open (&engine_sqlite, copy_url,
                                                             SQL_CREATE, error)
                                   : NULL;
  gboolean fine = to != NULL
                  && copy_pages (sqlite_connection_handle (from),
                                 sqlite_connection_handle (to), error);

  if (to != NULL)
    sqlite_connection_close (to);
  if (from != NULL)
    sqlite_connection_close (from);
  return fine ? g_steal_pointer (&copy_url) : NULL;
}

void
sqlite_forget_copy (const char *url)
{
  static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (url + strlen (URL_PREFIX), suffixes[i], NULL);
      g_unlink (path);
    }
}

/* Digest ------------------------------------------------------------------------ */

typedef struct
{
  GChecksum *checksum;
} Digest;

static gboolean
add_row (const Value *values, guint n, gpointer data, G_GNUC_UNUSED GError **error)
{
  Digest *digest = data;

  for (guint i = 0; i < n; i++)
    {
      if (values[i].kind == VALUE_TEXT)
        g_checksum_update (digest->checksum, (const guchar *) values[i].text.bytes,
                           (gssize) values[i].text.length);
      g_checksum_update (digest->checksum, (const guchar *) "\n", 2);
    }
  return TRUE;
}

#define OURS                                                                              \
  "(name LIKE 'zdm\\_%' ESCAPE '\\' OR tbl_name LIKE 'zdm\\_%' ESCAPE '\\' OR name LIKE " \
  "'sqlite\\_%' ESCAPE '\\')"

static gboolean
add_schema (SqlConnection *connection, Digest *digest, GError **error)
{
  return sqlite_connection_run (
      connection,
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE NOT " OURS
      " ORDER BY type, name",
      NULL, 0, add_row, digest, NULL, error);
}

/* Every cell as a literal, so that kinds are told apart; a literal would end at a NUL. */
static gboolean
add_table (SqlConnection *connection, const char *name, Digest *digest, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GString) cells = g_string_new (NULL);
  const SqliteTable *table;
  RowKey key;

  if (!live_table (sqlite_connection_handle (connection), name, &table, arena, error)
      || !row_key_init (&key, table, arena, error))
    return FALSE;
  for (guint i = 0; i < table->n_columns; i++)
    {
      const char *cell = sqlite_identifier (arena, table->columns[i].name);
      g_string_append_printf (
          cells,
          "%sCASE WHEN typeof(%s) = 'text' AND instr(%s, char(0)) THEN "
          "'text ' || hex(%s) ELSE quote(%s) END",
          i > 0 ? ", " : "", cell, cell, cell, cell);
    }
  return sqlite_connection_run (connection,
                                arena_printf (arena, "SELECT %s FROM %s ORDER BY %s",
                                              cells->str, key.table, key.list),
                                NULL, 0, add_row, digest, NULL, error);
}

char *
sqlite_digest (SqlConnection *connection, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (Arena) arena = arena_new ();
  Digest digest = { .checksum = checksum };
  g_autoptr (GPtrArray) tables
      = sqlite_list_tables (sqlite_connection_handle (connection), arena, error);

  if (tables == NULL || !add_schema (connection, &digest, error))
    return NULL;
  for (guint i = 0; i < tables->len; i++)
    if (!g_str_has_prefix (tables->pdata[i], "zdm_")
        && !add_table (connection, tables->pdata[i], &digest, error))
      return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}
