/* SPDX-License-Identifier: Apache-2.0
 *
 * The loader's entry: the keys at the top of a migration file, and how bytes get in.
 */
#include "config.h"

#include "load/load.h"

#include <string.h>

#include "load/load_client.h"
#include "load/load_keys.h"
#include "load/load_operation.h"
#include "load/load_table.h"
#include "load/load_type.h"
#include "load/scalar.h"

#define MAX_ID_LENGTH 64

typedef struct
{
  const char *id;
  const char *title;
  const char *description;
  const Node *table;
  const Node *tables;
  const Node *change;
  const Node *steps;
  const Node *clients;
  const Allow *allow;
} FileDraft;

static void read_id (Reader *reader, const Node *node, gpointer field,
                     gconstpointer data);

static const Key FILE_LIST[] = {
  { "id", KEY_REQUIRED, offsetof (FileDraft, id), read_id, NULL },
  { "title", KEY_OPTIONAL, offsetof (FileDraft, title), read_text, NULL },
  { "description", KEY_OPTIONAL, offsetof (FileDraft, description), read_text, NULL },
  { "table", KEY_OPTIONAL, offsetof (FileDraft, table), read_node, NULL },
  { "tables", KEY_OPTIONAL, offsetof (FileDraft, tables), read_node, NULL },
  { "change", KEY_OPTIONAL, offsetof (FileDraft, change), read_node, NULL },
  { "steps", KEY_OPTIONAL, offsetof (FileDraft, steps), read_node, NULL },
  { "clients", KEY_OPTIONAL, offsetof (FileDraft, clients), read_node, NULL },
  { "allow", KEY_OPTIONAL, offsetof (FileDraft, allow), read_allow, NULL },
  END_OF_KEYS,
};

const KeyTable FILE_KEYS = { "a migration", FILE_LIST, NULL };

static gboolean
is_id (const Node *node)
{
  if (node->kind != NODE_SCALAR || node->length < 1 || node->length > MAX_ID_LENGTH)
    return FALSE;
  for (guint i = 0; i < node->length; i++)
    if (!g_ascii_isalnum (node->text[i]) && strchr ("._-", node->text[i]) == NULL)
      return FALSE;
  return strlen (node->text) == node->length;
}

static void
read_id (Reader *reader, const Node *node, gpointer field,
         G_GNUC_UNUSED gconstpointer data)
{
  if (is_id (node) && !node_is_null (node))
    *(const char **) field = arena_strdup (reader->arena, node->text);
  else
    reader_expected (reader, node, "1 to 64 letters, digits, '.', '_' or '-'");
}

/* ---- tables ---- */

static void
add_table (Reader *reader, const Node *node, Migration *migration)
{
  g_autoptr (Table) table = load_table (reader, node);

  if (table == NULL)
    {
      reader->tables_unsure = TRUE;
      return;
    }
  if (database_find (migration->tables, table->name) != NULL)
    {
      reader_error (reader, node, NULL, "table '%s' is declared twice", table->name);
      return;
    }
  g_ptr_array_add (reader->known_tables, (gpointer) table->name);
  g_ptr_array_add (reader->current_tables, (gpointer) table->name);
  database_add (migration->tables, g_steal_pointer (&table));
}

static void
load_tables (Reader *reader, const FileDraft *draft, Migration *migration)
{
  if (draft->table != NULL && draft->tables != NULL)
    reader_error (reader, draft->tables, NULL, "give 'table' or 'tables', not both");
  if (draft->table != NULL)
    add_table (reader, draft->table, migration);
  reader->what = "tables";
  if (draft->tables != NULL && reader_want (reader, draft->tables, NODE_SEQUENCE))
    NODE_FOREACH_ITEM (item, draft->tables)
  add_table (reader, item, migration);
}

/* ---- the whole file ---- */

static void
load_operations (Reader *reader, const Node *root, const FileDraft *draft,
                 Migration *migration)
{
  if (draft->change != NULL && draft->steps != NULL)
    reader_error (reader, draft->steps, NULL, "give 'change' or 'steps', not both");
  else if (draft->change == NULL && draft->steps == NULL)
    reader_error (reader, root,
                  "for example change: { rename_column: { from: a, to: b } }",
                  "a migration needs 'change' or 'steps'");
  migration->has_steps = draft->steps != NULL;
  if (draft->change != NULL)
    load_changes (reader, draft->change, migration->changes);
  if (draft->steps != NULL)
    load_steps (reader, draft->steps, migration->steps);
}

static void
load_root (Reader *reader, const Node *root, Migration *migration)
{
  FileDraft draft = { 0 };

  reader->what = "the file";
  if (root->kind != NODE_MAPPING)
    {
      reader_mapping (reader, root, &FILE_KEYS, &draft);
      return;
    }
  reader_mapping (reader, root, &FILE_KEYS, &draft);
  migration->id = draft.id;
  migration->title = draft.title;
  migration->description = draft.description;
  migration->allow = draft.allow;
  migration->location = reader_location (reader, root);
  load_tables (reader, &draft, migration);
  load_operations (reader, root, &draft, migration);
  if (draft.clients == NULL)
    return;
  migration->clients_location = reader_location (reader, draft.clients);
  load_clients (reader, draft.clients, migration->clients);
}

static void
reader_init (Reader *reader, Migration *migration, DiagnosticList *diagnostics)
{
  *reader = (Reader){
    .arena = migration->arena,
    .path = migration->path,
    .diagnostics = diagnostics,
    .known_tables = g_ptr_array_new (),
    .current_tables = g_ptr_array_new (),
    .prepared
    = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) prepared_table_free),
  };
}

static void
reader_clear (Reader *reader)
{
  g_hash_table_unref (reader->prepared);
  g_ptr_array_unref (reader->known_tables);
  g_ptr_array_unref (reader->current_tables);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reader, reader_clear)

Migration *
load_bytes (const char *path, const char *bytes, gsize length,
            DiagnosticList *diagnostics)
{
  guint n_errors = diagnostic_list_count (diagnostics, SEVERITY_ERROR);
  g_autoptr (Migration) migration = migration_new (path);
  g_autoptr (Arena) tree = arena_new ();
  g_auto (Reader) reader = { 0 };
  NodeStream stream = { load_table_begin_rows, load_table_row, &reader };
  const Node *root;

  reader_init (&reader, migration, diagnostics);
  root = node_parse (migration->path, bytes, length, tree, &stream, diagnostics);
  if (root != NULL)
    load_root (&reader, root, migration);
  diagnostic_list_sort (diagnostics);
  if (diagnostic_list_count (diagnostics, SEVERITY_ERROR) > n_errors)
    return NULL;
  return g_steal_pointer (&migration);
}
