/* SPDX-License-Identifier: Apache-2.0
 *
 * A new table, the rows of the old one, and the old one's name
 * (https://www.sqlite.org/lang_altertable.html, section 7, the twelve steps).
 */
#include "config.h"

#include "engine/sqlite/rebuild.h"

#include "engine/sqlite/connection.h"
#include "engine/sqlite/definition_patch.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"

typedef struct
{
  sqlite3 *db;
  const SqliteTable *old;
  const SqliteTable *made; /* the new one, under its name of the moment */
  const char *name;        /* of the moment, quoted */
  Arena *arena;
} Rebuild;

/* The definition under another name. */
static char *
rename_definition (const char *sql, const char *name, GError **error)
{
  g_autoptr (Definition) definition = definition_new (sql, error);
  g_autoptr (Definition) after = NULL;
  g_auto (DefinitionPatch) patch = { 0 };

  if (definition == NULL)
    return NULL;
  definition_patch_init (&patch, definition);
  definition_patch_replace (&patch, definition->name->token.span, name);
  return definition_patch_write (&patch, &after, error);
}

static const char *
source_of (const char *column, const char *const *from, const char *const *to)
{
  for (guint i = 0; to != NULL && to[i] != NULL; i++)
    if (g_ascii_strcasecmp (to[i], column) == 0)
      return from[i];
  return column;
}

/* Every row, or none: a key's own ON CONFLICT REPLACE would have the last word. */
static gboolean
copy_rows (Rebuild *rebuild, const char *const *from, const char *const *to,
           GError **error)
{
  const SqliteTable *made = rebuild->made, *old = rebuild->old;
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autoptr (GString) sources = g_string_new (NULL);

  /* Rows keep their places where no column is the rowid. */
  if (!made->without_rowid && made->rowid_column == NULL && old->rowid_alias != NULL
      && made->rowid_alias != NULL)
    {
      g_string_append (columns, made->rowid_alias);
      g_string_append (sources, old->rowid_alias);
    }
  for (guint i = 0; i < made->n_columns; i++)
    {
      const char *source = source_of (made->columns[i].name, from, to);
      if (made->columns[i].kind != SQLITE_COLUMN_PLAIN
          || sqlite_table_find_column (old, source) == NULL)
        continue;
      g_string_append_printf (columns, "%s%s", columns->len > 0 ? ", " : "",
                              sqlite_identifier (rebuild->arena, made->columns[i].name));
      g_string_append_printf (sources, "%s%s", sources->len > 0 ? ", " : "",
                              sqlite_identifier (rebuild->arena, source));
    }
  return live_exec (rebuild->db,
                    arena_printf (rebuild->arena,
                                  "INSERT OR ABORT INTO %s (%s) SELECT %s FROM %s",
                                  rebuild->name, columns->str, sources->str,
                                  sqlite_identifier (rebuild->arena, old->name)),
                    error);
}

/* How far AUTOINCREMENT has come; NULL for a table without it. */
static gboolean
read_sequence (Rebuild *rebuild, const char **sequence, GError **error)
{
  *sequence = NULL;
  return !rebuild->old->autoincrement
         || live_text (
             rebuild->db,
             arena_printf (rebuild->arena,
                           "SELECT seq FROM sqlite_sequence WHERE name = %s",
                           sqlite_text_literal (rebuild->arena, rebuild->old->name)),
             sequence, rebuild->arena, error);
}

static gboolean
write_sequence (Rebuild *rebuild, const char *sequence, GError **error)
{
  const char *name = sqlite_text_literal (rebuild->arena, rebuild->old->name);

  if (sequence == NULL || !rebuild->made->autoincrement)
    return TRUE;
  return live_exec (
      rebuild->db,
      arena_printf (
          rebuild->arena,
          "DELETE FROM sqlite_sequence WHERE name = %s; "
          "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %" G_GINT64_FORMAT ")",
          name, name, g_ascii_strtoll (sequence, NULL, 10)),
      error);
}

/* Takes the place of the old table.  Nothing that speaks of it is rewritten: it is there
 * again at once. */
static gboolean
take_place (Rebuild *rebuild, GError **error)
{
  const char *old = sqlite_identifier (rebuild->arena, rebuild->old->name);

  if (!live_exec (rebuild->db, "PRAGMA legacy_alter_table = ON", error))
    return FALSE;
  gboolean fine
      = live_exec (rebuild->db, arena_printf (rebuild->arena, "DROP TABLE %s", old),
                   error)
        && live_exec (rebuild->db,
                      arena_printf (rebuild->arena, "ALTER TABLE %s RENAME TO %s",
                                    rebuild->name, old),
                      error);
  return live_exec (rebuild->db, "PRAGMA legacy_alter_table = OFF", fine ? error : NULL)
         && fine;
}

static gboolean
restore_objects (Rebuild *rebuild, GError **error)
{
  const SqliteTable *old = rebuild->old;

  for (guint i = 0; i < old->n_indexes; i++)
    if (old->indexes[i].sql != NULL
        && !live_exec (rebuild->db, old->indexes[i].sql, error))
      return FALSE;
  for (guint i = 0; i < old->n_triggers; i++)
    if (!live_exec (rebuild->db, old->triggers[i].sql, error))
      return FALSE;
  return TRUE;
}

gboolean
rebuild_table (sqlite3 *db, const SqliteTable *table, const char *sql,
               const char *const *from, const char *const *to, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *moment = arena_printf (arena, "zdm_new/%s", table->name);
  Rebuild rebuild = {
    .db = db, .old = table, .name = sqlite_identifier (arena, moment), .arena = arena
  };
  g_autofree char *definition = rename_definition (sql, rebuild.name, error);
  const char *sequence;

  return definition != NULL && live_exec (db, definition, error)
         && live_table (db, moment, &rebuild.made, arena, error)
         && copy_rows (&rebuild, from, to, error)
         && read_sequence (&rebuild, &sequence, error) && take_place (&rebuild, error)
         && live_define (db, table->name, sql, error)
         && write_sequence (&rebuild, sequence, error)
         && restore_objects (&rebuild, error);
}

/* Keys ------------------------------------------------------------------------ */

static gboolean
is_over (const DefinitionConstraint *constraint, const char *const *columns)
{
  if (constraint->n_columns != g_strv_length ((char **) columns))
    return FALSE;
  for (guint i = 0; i < constraint->n_columns; i++)
    if (g_ascii_strcasecmp (constraint->columns[i].name, columns[i]) != 0)
      return FALSE;
  return TRUE;
}

/* The text without the constraints of that kind.  @columns: over these only; or NULL */
static char *
cut_constraints (const char *sql, DefinitionKind kind, const char *const *columns,
                 GError **error)
{
  g_autoptr (Definition) definition = definition_new (sql, error);

  for (guint i = 0; definition != NULL && i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i];
      if (constraint->kind != kind || (columns != NULL && !is_over (constraint, columns)))
        continue;
      g_autofree char *text = definition_cut_constraint (definition, i, error);
      return text != NULL ? cut_constraints (text, kind, columns, error) : NULL;
    }
  return definition != NULL ? g_strdup (sql) : NULL;
}

gboolean
rebuild_without_unique (sqlite3 *db, const SqliteTable *table, const char *const *columns,
                        GError **error)
{
  g_autofree char *sql = cut_constraints (table->sql, DEFINITION_UNIQUE, columns, error);

  return sql != NULL && rebuild_table (db, table, sql, NULL, NULL, error);
}

/* AUTOINCREMENT stands with its column. */
static gboolean
add_numbered_key (DefinitionPatch *patch, const char *column, GError **error)
{
  guint index;

  if (definition_find_column (patch->definition, column, &index) == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no column '%s'",
                   patch->definition->name->name, column);
      return FALSE;
    }
  const DefinitionColumn *found = patch->definition->columns->pdata[index];
  definition_patch_insert_words (patch, found->type.end, "PRIMARY KEY AUTOINCREMENT");
  return TRUE;
}

static void
add_plain_key (DefinitionPatch *patch, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (", PRIMARY KEY (");

  for (guint i = 0; columns[i] != NULL; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      sqlite_append_identifier (text, columns[i]);
    }
  g_string_append_c (text, ')');
  definition_patch_insert (patch, patch->definition->body_end, text->str);
}

gboolean
rebuild_with_key (sqlite3 *db, const SqliteTable *table, const char *const *columns,
                  GError **error)
{
  g_autofree char *bare
      = cut_constraints (table->sql, DEFINITION_PRIMARY_KEY, NULL, error);
  g_autoptr (Definition) definition = bare != NULL ? definition_new (bare, error) : NULL;
  g_autoptr (Definition) after = NULL;
  g_auto (DefinitionPatch) patch = { 0 };

  if (definition == NULL)
    return FALSE;
  if (columns == NULL)
    return rebuild_table (db, table, bare, NULL, NULL, error);
  definition_patch_init (&patch, definition);
  if (!table->autoincrement || columns[1] != NULL)
    add_plain_key (&patch, columns);
  else if (!add_numbered_key (&patch, columns[0], error))
    return FALSE;
  g_autofree char *sql = definition_patch_write (&patch, &after, error);
  return sql != NULL && rebuild_table (db, table, sql, NULL, NULL, error);
}
