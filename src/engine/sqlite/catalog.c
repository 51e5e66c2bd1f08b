/* SPDX-License-Identifier: Apache-2.0
 *
 * Catalogue: sqlite_schema and the pragmas, which are tables too.
 */
#include "config.h"

#include "engine/sqlite/catalog.h"

#include "engine/sqlite/definition.h"
#include "model/error.h"

typedef struct
{
  sqlite3 *database;
  Arena *arena;
  GError **error;
} Reader;

/* Queries ----------------------------------------------------------------------- */

static gboolean
refuse (const Reader *reader, int status)
{
  gboolean is_locked = (status & 0xff) == SQLITE_BUSY || (status & 0xff) == SQLITE_LOCKED;

  g_set_error (reader->error, ZDM_ERROR,
               is_locked ? ZDM_ERROR_LOCK_TIMEOUT : ZDM_ERROR_IO,
               "cannot read the catalogue: %s", sqlite3_errmsg (reader->database));
  return FALSE;
}

typedef void (*RowFunction) (sqlite3_stmt *row, const Reader *reader, gpointer data);

/* Runs a query with one text for each `?1`. */
static gboolean
for_each_row (const Reader *reader, const char *sql, const char *parameter,
              RowFunction function, gpointer data)
{
  sqlite3_stmt *statement = NULL;
  int status = sqlite3_prepare_v2 (reader->database, sql, -1, &statement, NULL);

  if (status == SQLITE_OK && parameter != NULL)
    status = sqlite3_bind_text (statement, 1, parameter, -1, SQLITE_TRANSIENT);
  if (status == SQLITE_OK)
    while ((status = sqlite3_step (statement)) == SQLITE_ROW)
      function (statement, reader, data);
  sqlite3_finalize (statement);
  return status == SQLITE_DONE || refuse (reader, status);
}

static const char *
row_text (sqlite3_stmt *row, int column, Arena *arena)
{
  return arena_strdup (arena, (const char *) sqlite3_column_text (row, column));
}

static gpointer
keep_array (Arena *arena, const GArray *array, gsize size)
{
  return array->len > 0 ? arena_memdup (arena, array->data, size * (gsize) array->len)
                        : NULL;
}

/* Lists ------------------------------------------------------------------------- */

static void
take_name (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  g_ptr_array_add (data, (gpointer) row_text (row, 0, reader->arena));
}

static GPtrArray *
list_names (sqlite3 *database, const char *type, Arena *arena, GError **error)
{
  const Reader reader = { database, arena, error };
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (!for_each_row (&reader,
                     "SELECT name FROM main.sqlite_schema WHERE type = ?1"
                     " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                     type, take_name, names))
    return NULL;
  return g_steal_pointer (&names);
}

GPtrArray *
sqlite_list_tables (sqlite3 *database, Arena *arena, GError **error)
{
  return list_names (database, "table", arena, error);
}

GPtrArray *
sqlite_list_views (sqlite3 *database, Arena *arena, GError **error)
{
  return list_names (database, "view", arena, error);
}

/* Columns ----------------------------------------------------------------------- */

static void
take_column (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  SqliteColumn column = {
    .name = row_text (row, 0, reader->arena),
    .type = row_text (row, 1, reader->arena),
    .not_null = sqlite3_column_int (row, 2) != 0,
    .default_text = row_text (row, 3, reader->arena),
    .key_position = (guint) sqlite3_column_int (row, 4),
    .kind = (SqliteColumnKind) sqlite3_column_int (row, 5),
  };

  column.affinity = sqlite_type_affinity (column.type);
  g_array_append_val ((GArray *) data, column);
}

static gboolean
read_columns (const Reader *reader, SqliteTable *table)
{
  g_autoptr (GArray) columns = g_array_new (FALSE, FALSE, sizeof (SqliteColumn));

  if (!for_each_row (reader,
                     "SELECT name, type, \"notnull\", dflt_value, pk, hidden"
                     " FROM pragma_table_xinfo(?1, 'main') ORDER BY cid",
                     table->name, take_column, columns))
    return FALSE;
  table->n_columns = columns->len;
  table->columns = keep_array (reader->arena, columns, sizeof (SqliteColumn));
  return TRUE;
}

/* Indexes ----------------------------------------------------------------------- */

static SqliteIndexOrigin
origin_from_string (const char *origin)
{
  if (g_str_equal (origin, "c"))
    return SQLITE_INDEX_CREATED;
  return g_str_equal (origin, "u") ? SQLITE_INDEX_UNIQUE : SQLITE_INDEX_PRIMARY_KEY;
}

static void
take_index (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  SqliteIndex index = {
    .name = row_text (row, 0, reader->arena),
    .unique = sqlite3_column_int (row, 1) != 0,
    .origin = origin_from_string ((const char *) sqlite3_column_text (row, 2)),
    .partial = sqlite3_column_int (row, 3) != 0,
    .sql = row_text (row, 4, reader->arena),
  };

  g_array_append_val ((GArray *) data, index);
}

static void
take_part (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  SqliteIndexPart part = {
    .column = row_text (row, 0, reader->arena),
    .descending = sqlite3_column_int (row, 1) != 0,
    .collation = row_text (row, 2, reader->arena),
  };

  g_array_append_val ((GArray *) data, part);
}

static gboolean
read_parts (const Reader *reader, SqliteIndex *index)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (SqliteIndexPart));

  if (!for_each_row (reader,
                     "SELECT name, \"desc\", coll FROM pragma_index_xinfo(?1, 'main')"
                     " WHERE key ORDER BY seqno",
                     index->name, take_part, parts))
    return FALSE;
  index->n_parts = parts->len;
  index->parts = keep_array (reader->arena, parts, sizeof (SqliteIndexPart));
  return TRUE;
}

/* The list has the newest first. */
static gboolean
read_indexes (const Reader *reader, SqliteTable *table)
{
  g_autoptr (GArray) indexes = g_array_new (FALSE, FALSE, sizeof (SqliteIndex));

  if (!for_each_row (reader,
                     "SELECT l.name, l.\"unique\", l.origin, l.partial, s.sql"
                     " FROM pragma_index_list(?1, 'main') AS l"
                     " LEFT JOIN main.sqlite_schema AS s"
                     " ON s.type = 'index' AND s.name = l.name ORDER BY l.seq DESC",
                     table->name, take_index, indexes))
    return FALSE;
  for (guint i = 0; i < indexes->len; i++)
    if (!read_parts (reader, &g_array_index (indexes, SqliteIndex, i)))
      return FALSE;
  table->n_indexes = indexes->len;
  table->indexes = keep_array (reader->arena, indexes, sizeof (SqliteIndex));
  return TRUE;
}

/* Foreign keys ------------------------------------------------------------------ */

typedef struct
{
  GArray *keys;
  int id; /* of the last one */
  GPtrArray *columns;
  GPtrArray *references;
} KeyList;

static ReferenceAction
action_from_string (const char *text)
{
  static const char *const ACTIONS[]
      = { "NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT" };

  for (guint i = 0; i < G_N_ELEMENTS (ACTIONS); i++)
    if (g_ascii_strcasecmp (ACTIONS[i], text) == 0)
      return (ReferenceAction) i;
  return REFERENCE_NO_ACTION;
}

static void
end_key (KeyList *list, Arena *arena)
{
  SqliteForeignKey *key;

  if (list->keys->len == 0)
    return;
  key = &g_array_index (list->keys, SqliteForeignKey, list->keys->len - 1);
  key->columns = arena_ptr_array (arena, list->columns);
  if (list->references->len == list->columns->len)
    key->references_columns = arena_ptr_array (arena, list->references);
  g_ptr_array_set_size (list->columns, 0);
  g_ptr_array_set_size (list->references, 0);
}

static void
take_key_column (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  KeyList *list = data;
  const char *reference = row_text (row, 5, reader->arena);

  if (list->keys->len == 0 || sqlite3_column_int (row, 0) != list->id)
    {
      SqliteForeignKey key = {
        .table = row_text (row, 1, reader->arena),
        .on_update = action_from_string ((const char *) sqlite3_column_text (row, 2)),
        .on_delete = action_from_string ((const char *) sqlite3_column_text (row, 3)),
      };

      end_key (list, reader->arena);
      g_array_append_val (list->keys, key);
      list->id = sqlite3_column_int (row, 0);
    }
  g_ptr_array_add (list->columns, (gpointer) row_text (row, 4, reader->arena));
  if (reference != NULL)
    g_ptr_array_add (list->references, (gpointer) reference);
}

/* The key that was written first has the highest number. */
static gboolean
read_foreign_keys (const Reader *reader, SqliteTable *table)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (SqliteForeignKey));
  g_autoptr (GPtrArray) columns = g_ptr_array_new ();
  g_autoptr (GPtrArray) references = g_ptr_array_new ();
  KeyList list = { keys, 0, columns, references };

  if (!for_each_row (reader,
                     "SELECT id, \"table\", on_update, on_delete, \"from\", \"to\""
                     " FROM pragma_foreign_key_list(?1, 'main') ORDER BY id DESC, seq",
                     table->name, take_key_column, &list))
    return FALSE;
  end_key (&list, reader->arena);
  table->n_foreign_keys = keys->len;
  table->foreign_keys = keep_array (reader->arena, keys, sizeof (SqliteForeignKey));
  return TRUE;
}

/* Triggers ---------------------------------------------------------------------- */

static void
take_trigger (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  SqliteTrigger trigger
      = { row_text (row, 0, reader->arena), row_text (row, 1, reader->arena) };

  g_array_append_val ((GArray *) data, trigger);
}

static gboolean
read_triggers (const Reader *reader, SqliteTable *table)
{
  g_autoptr (GArray) triggers = g_array_new (FALSE, FALSE, sizeof (SqliteTrigger));

  if (!for_each_row (reader,
                     "SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'"
                     " AND tbl_name = ?1 COLLATE NOCASE ORDER BY rowid",
                     table->name, take_trigger, triggers))
    return FALSE;
  table->n_triggers = triggers->len;
  table->triggers = keep_array (reader->arena, triggers, sizeof (SqliteTrigger));
  return TRUE;
}

/* What only the definition says ----------------------------------------------- */

static void
read_constraints (const Definition *definition, Arena *arena, SqliteTable *table)
{
  g_autoptr (GArray) checks = g_array_new (FALSE, FALSE, sizeof (SqliteCheck));

  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i];
      SqliteSpan span = constraint->expression;
      SqliteCheck check;

      table->autoincrement |= constraint->autoincrement;
      if (constraint->kind != DEFINITION_CHECK)
        continue;
      check.name = constraint->name != NULL ? arena_strdup (arena, constraint->name->name)
                                            : NULL;
      check.expression
          = arena_strndup (arena, definition->text + span.start, span.end - span.start);
      g_array_append_val (checks, check);
    }
  table->n_checks = checks->len;
  table->checks = keep_array (arena, checks, sizeof (SqliteCheck));
}

static gboolean
read_definition (const Reader *reader, SqliteTable *table)
{
  g_autoptr (Definition) definition = definition_new (table->sql, reader->error);
  const DefinitionColumn *rowid;

  if (definition == NULL)
    {
      g_prefix_error (reader->error, "table '%s': ", table->name);
      return FALSE;
    }
  table->without_rowid = definition->without_rowid;
  table->strict = definition->strict;
  rowid = definition_rowid_column (definition);
  if (rowid != NULL)
    table->rowid_column = arena_strdup (reader->arena, rowid->name->name);
  read_constraints (definition, reader->arena, table);
  return TRUE;
}

/* A column of that name hides it. */
static const char *
free_rowid_alias (const SqliteTable *table)
{
  static const char *const ALIASES[] = { "rowid", "_rowid_", "oid" };

  for (guint i = 0; i < G_N_ELEMENTS (ALIASES); i++)
    if (!table->without_rowid && sqlite_table_find_column (table, ALIASES[i]) == NULL)
      return ALIASES[i];
  return NULL;
}

/* Tables ------------------------------------------------------------------------ */

static void
take_table (sqlite3_stmt *row, const Reader *reader, gpointer data)
{
  SqliteTable *table = data;

  table->name = row_text (row, 0, reader->arena);
  table->sql = row_text (row, 1, reader->arena);
}

gboolean
sqlite_read_table (sqlite3 *database, const char *name, Arena *arena,
                   const SqliteTable **table, GError **error)
{
  const Reader reader = { database, arena, error };
  SqliteTable *found = arena_new0 (arena, SqliteTable);

  *table = NULL;
  if (!for_each_row (&reader,
                     "SELECT name, sql FROM main.sqlite_schema WHERE type = 'table'"
                     " AND name = ?1 COLLATE NOCASE",
                     name, take_table, found))
    return FALSE;
  if (found->sql == NULL)
    return TRUE;
  if (!read_definition (&reader, found) || !read_columns (&reader, found)
      || !read_indexes (&reader, found) || !read_foreign_keys (&reader, found)
      || !read_triggers (&reader, found))
    return FALSE;
  found->rowid_alias = free_rowid_alias (found);
  *table = found;
  return TRUE;
}

const SqliteColumn *
sqlite_table_find_column (const SqliteTable *table, const char *name)
{
  for (guint i = 0; i < table->n_columns; i++)
    if (g_ascii_strcasecmp (table->columns[i].name, name) == 0)
      return &table->columns[i];
  return NULL;
}

const SqliteIndex *
sqlite_table_find_index (const SqliteTable *table, const char *name)
{
  for (guint i = 0; i < table->n_indexes; i++)
    if (g_ascii_strcasecmp (table->indexes[i].name, name) == 0)
      return &table->indexes[i];
  return NULL;
}
