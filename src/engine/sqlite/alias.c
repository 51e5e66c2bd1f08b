/* SPDX-License-Identifier: Apache-2.0
 *
 * The view of a second name.
 */
#include "config.h"

#include "engine/sqlite/alias.h"

#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/trigger.h"
#include "model/error.h"

typedef struct
{
  sqlite3 *db;
  const SqliteTable *table;
  const char *name, *alias, *quoted; /* @quoted: of the table */
  GString *columns;                  /* all of them */
  GString *given;                    /* what an insert gives for each that can be given */
  GString *writable;                 /* those that can be given */
  GString *set;
  GString *match; /* the row OLD */
  Arena *arena;
} Alias;

/* A column that the insert leaves out cannot be told from one that it sets to null. */
static void
add_column (Alias *alias, const SqliteColumn *column)
{
  const char *name = sqlite_identifier (alias->arena, column->name);

  g_string_append_printf (alias->columns, "%s%s", alias->columns->len > 0 ? ", " : "",
                          name);
  if (column->key_position > 0)
    g_string_append_printf (alias->match, "%s%s IS OLD.%s",
                            alias->match->len > 0 ? " AND " : "", name, name);
  if (column->kind != SQLITE_COLUMN_PLAIN)
    return;
  const char *comma = alias->writable->len > 0 ? ", " : "";
  g_string_append_printf (alias->writable, "%s%s", comma, name);
  if (column->default_text != NULL)
    g_string_append_printf (alias->given, "%sifnull(NEW.%s, (%s))", comma, name,
                            live_default_operand (column, alias->arena));
  else
    g_string_append_printf (alias->given, "%sNEW.%s", comma, name);
  g_string_append_printf (alias->set, "%s%s = NEW.%s", comma, name, name);
}

static gboolean
add_trigger (Alias *alias, const char *what, const char *event, const char *body,
             GError **error)
{
  const char *name = arena_printf (alias->arena, "zdm/%s/%s/%s", alias->alias,
                                   alias->table->name, what);

  return live_exec (
      alias->db,
      arena_printf (alias->arena,
                    "CREATE TRIGGER %s INSTEAD OF %s ON %s BEGIN\n  %s;\nEND",
                    sqlite_identifier (alias->arena, name), event, alias->name, body),
      error);
}

static gboolean
create (Alias *alias, GError **error)
{
  return live_exec (alias->db,
                    arena_printf (alias->arena, "CREATE VIEW %s AS SELECT %s FROM %s",
                                  alias->name, alias->columns->str, alias->quoted),
                    error)
         && add_trigger (alias, "insert", "INSERT",
                         arena_printf (alias->arena, "INSERT INTO %s (%s) VALUES (%s)",
                                       alias->quoted, alias->writable->str,
                                       alias->given->str),
                         error)
         && add_trigger (alias, "update", "UPDATE",
                         arena_printf (alias->arena, "UPDATE %s SET %s WHERE %s",
                                       alias->quoted, alias->set->str, alias->match->str),
                         error)
         && add_trigger (alias, "delete", "DELETE",
                         arena_printf (alias->arena, "DELETE FROM %s WHERE %s",
                                       alias->quoted, alias->match->str),
                         error);
}

gboolean
alias_create (sqlite3 *db, const char *table, const char *alias, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Alias self = { .db = db,
                 .alias = alias,
                 .name = sqlite_identifier (arena, alias),
                 .quoted = sqlite_identifier (arena, table),
                 .columns = g_string_new (NULL),
                 .given = g_string_new (NULL),
                 .writable = g_string_new (NULL),
                 .set = g_string_new (NULL),
                 .match = g_string_new (NULL),
                 .arena = arena };
  gboolean fine = sqlite_refuse_row_name (table, error)
                  && live_table (db, table, &self.table, arena, error);

  for (guint i = 0; fine && i < self.table->n_columns; i++)
    add_column (&self, &self.table->columns[i]);
  if (fine && self.match->len == 0)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "table '%s' has no primary key, by which its second name '%s' could "
                   "find the rows to write",
                   table, alias);
      fine = FALSE;
    }
  fine = fine && create (&self, error);
  GString *texts[] = { self.columns, self.given, self.writable, self.set, self.match };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_string_free (texts[i], TRUE);
  return fine;
}
