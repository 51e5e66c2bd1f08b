/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes and steps: which operation it is, the keys beside it, the table it is about.
 */
#include "config.h"

#include "load/load_operation.h"

#include <string.h>

#include "load/scalar.h"

const OperationReader *const OPERATION_READERS[N_OPERATION_KINDS] = {
  [OPERATION_ADD_COLUMN] = &ADD_COLUMN_READER,
  [OPERATION_RENAME_COLUMN] = &RENAME_COLUMN_READER,
  [OPERATION_ALTER_COLUMN] = &ALTER_COLUMN_READER,
  [OPERATION_DROP_COLUMN] = &DROP_COLUMN_READER,
  [OPERATION_RELAX_COLUMN] = &RELAX_COLUMN_READER,
  [OPERATION_SPLIT_COLUMN] = &SPLIT_COLUMN_READER,
  [OPERATION_MERGE_COLUMNS] = &MERGE_COLUMNS_READER,
  [OPERATION_SWAP_COLUMN] = &SWAP_COLUMN_READER,
  [OPERATION_END_SYNC] = &END_SYNC_READER,
  [OPERATION_SPLIT_TABLE] = &SPLIT_TABLE_READER,
  [OPERATION_CREATE_TABLE] = &CREATE_TABLE_READER,
  [OPERATION_DROP_TABLE] = &DROP_TABLE_READER,
  [OPERATION_RENAME_TABLE] = &RENAME_TABLE_READER,
  [OPERATION_ALIAS_TABLE] = &ALIAS_TABLE_READER,
  [OPERATION_COPY_ROWS] = &COPY_ROWS_READER,
  [OPERATION_ADD_CONSTRAINT] = &ADD_CONSTRAINT_READER,
  [OPERATION_DROP_CONSTRAINT] = &DROP_CONSTRAINT_READER,
  [OPERATION_REPLACE_CONSTRAINT] = &REPLACE_CONSTRAINT_READER,
  [OPERATION_RENAME_CONSTRAINT] = &RENAME_CONSTRAINT_READER,
  [OPERATION_REPAIR] = &REPAIR_READER,
  [OPERATION_CREATE_INDEX] = &CREATE_INDEX_READER,
  [OPERATION_DROP_INDEX] = &DROP_INDEX_READER,
  [OPERATION_INSERT_ROWS] = &INSERT_ROWS_READER,
  [OPERATION_UPDATE_ROWS] = &UPDATE_ROWS_READER,
  [OPERATION_DELETE_ROWS] = &DELETE_ROWS_READER,
  [OPERATION_BACKFILL] = &BACKFILL_READER,
  [OPERATION_SQL] = &SQL_READER,
};

/* A change or step while its keys are read. */
typedef struct
{
  Operation common;
  const OperationReader *which; /* the first operation key */
  const Node *node;             /* what stands behind it */
  guint n_operations;
} EntryDraft;

static void
read_operation (G_GNUC_UNUSED Reader *reader, const Node *node, gpointer field,
                gconstpointer data)
{
  EntryDraft *entry = field;

  if (entry->n_operations++ > 0)
    return;
  entry->which = data;
  entry->node = node;
}

#define COMMON(member) offsetof (EntryDraft, common.member)

static const Key COMMON_LIST[] = {
  { "phase", KEY_REQUIRED | KEY_IN_STEP, COMMON (phase), read_step_phase, NULL },
  { "description", KEY_OPTIONAL, COMMON (description), read_text, NULL },
  { "table", KEY_OPTIONAL, COMMON (table), read_table_name, NULL },
  { "engines", KEY_OPTIONAL, COMMON (engines), read_engines, NULL },
  { "allow", KEY_OPTIONAL, COMMON (allow), read_allow, NULL },
  { "allow_blocking", KEY_OPTIONAL, COMMON (allow_blocking), read_bool, NULL },
  { "fail", KEY_IN_STEP, COMMON (fail), read_bool, NULL },
  END_OF_KEYS,
};

#define ENTRY(name, flags, READER)                   \
  {                                                  \
    name, flags, 0, read_operation, &READER##_READER \
  }

static const Key ENTRY_LIST[] = {
  ENTRY ("add_column", KEY_OPTIONAL, ADD_COLUMN),
  ENTRY ("rename_column", KEY_IN_CHANGE, RENAME_COLUMN),
  ENTRY ("alter_column", KEY_OPTIONAL, ALTER_COLUMN),
  ENTRY ("drop_column", KEY_OPTIONAL, DROP_COLUMN),
  ENTRY ("relax_column", KEY_IN_STEP, RELAX_COLUMN),
  ENTRY ("split_column", KEY_IN_CHANGE, SPLIT_COLUMN),
  ENTRY ("merge_columns", KEY_IN_CHANGE, MERGE_COLUMNS),
  ENTRY ("swap_column", KEY_IN_STEP, SWAP_COLUMN),
  ENTRY ("end_sync", KEY_IN_STEP, END_SYNC),
  ENTRY ("split_table", KEY_IN_CHANGE, SPLIT_TABLE),
  ENTRY ("create_table", KEY_OPTIONAL, CREATE_TABLE),
  ENTRY ("drop_table", KEY_OPTIONAL, DROP_TABLE),
  ENTRY ("rename_table", KEY_OPTIONAL, RENAME_TABLE),
  ENTRY ("alias_table", KEY_IN_STEP, ALIAS_TABLE),
  ENTRY ("copy_rows", KEY_IN_STEP, COPY_ROWS),
  ENTRY ("add_constraint", KEY_OPTIONAL, ADD_CONSTRAINT),
  ENTRY ("drop_constraint", KEY_OPTIONAL, DROP_CONSTRAINT),
  ENTRY ("replace_constraint", KEY_IN_CHANGE, REPLACE_CONSTRAINT),
  ENTRY ("rename_constraint", KEY_OPTIONAL, RENAME_CONSTRAINT),
  ENTRY ("repair", KEY_IN_STEP, REPAIR),
  ENTRY ("create_index", KEY_OPTIONAL, CREATE_INDEX),
  ENTRY ("drop_index", KEY_OPTIONAL, DROP_INDEX),
  ENTRY ("insert_rows", KEY_OPTIONAL, INSERT_ROWS),
  ENTRY ("update_rows", KEY_OPTIONAL, UPDATE_ROWS),
  ENTRY ("delete_rows", KEY_OPTIONAL, DELETE_ROWS),
  ENTRY ("backfill", KEY_OPTIONAL, BACKFILL),
  ENTRY ("sql", KEY_OPTIONAL, SQL),
  END_OF_KEYS,
};

const KeyTable CHANGE_KEYS = { "a change", COMMON_LIST, ENTRY_LIST };
const KeyTable STEP_KEYS = { "a step", COMMON_LIST, ENTRY_LIST };

/* ---- allow ---- */

static const Key ALLOW_LIST[] = {
  { "rule", KEY_REQUIRED, offsetof (Allow, rule), read_name, NULL },
  { "reason", KEY_REQUIRED, offsetof (Allow, reason), read_text, NULL },
  END_OF_KEYS,
};

const KeyTable ALLOW_KEYS = { "an 'allow'", ALLOW_LIST, NULL };

static void
load_allow_item (Reader *reader, const Node *node, Allow *allow)
{
  allow->location = reader_location (reader, node);
  if (!reader_mapping (reader, node, &ALLOW_KEYS, allow))
    return;
  if (strspn (allow->reason, " \t\n") == strlen (allow->reason))
    reader_error (reader, node_get (node, "reason"),
                  "say why the rule does not matter here", "'reason' must not be empty");
}

void
read_allow (Reader *reader, const Node *node, gpointer field,
            G_GNUC_UNUSED gconstpointer data)
{
  Allow *list;
  guint n = 0;

  if (!reader_want_items (reader, node))
    return;
  list = arena_new_array (reader->arena, Allow, node->length + 1);
  NODE_FOREACH_ITEM (item, node)
  load_allow_item (reader, item, &list[n++]);
  *(const Allow **) field = list;
}

/* ---- the table ---- */

static const char **
table_names (GPtrArray *tables)
{
  const char **names = g_new0 (const char *, tables->len + 1);

  for (guint i = 0; i < tables->len; i++)
    names[i] = g_ptr_array_index (tables, i);
  return names;
}

static gboolean
find_table (GPtrArray *tables, const char *name, guint *index)
{
  return g_ptr_array_find_with_equal_func (tables, name, g_str_equal, index);
}

void
check_table (Reader *reader, const char *table, Location location)
{
  g_autofree const char **names = NULL;

  if (reader->tables_unsure || find_table (reader->known_tables, table, NULL))
    return;
  names = table_names (reader->known_tables);
  reader_error_at (reader, location, reader_suggest (reader, table, names),
                   "the file declares no table '%s'", table);
}

const char *
only_table (Reader *reader, const Node *node)
{
  GPtrArray *tables = reader->current_tables;
  g_autofree const char **names = NULL;
  g_autofree char *all = NULL;

  if (tables->len == 1)
    return g_ptr_array_index (tables, 0);
  if (reader->tables_unsure)
    return NULL;
  if (tables->len == 0)
    {
      reader_error (reader, node, "declare it under `table:`",
                    "there is no table to change");
      return NULL;
    }
  names = table_names (tables);
  all = g_strjoinv (", ", (char **) names);
  reader_error (reader, node, arena_printf (reader->arena, "the tables are: %s", all),
                "name the table with 'table', as the file has %u", tables->len);
  return NULL;
}

static void
add_table (Reader *reader, const char *name)
{
  if (!find_table (reader->known_tables, name, NULL))
    g_ptr_array_add (reader->known_tables, (gpointer) name);
  if (!find_table (reader->current_tables, name, NULL))
    g_ptr_array_add (reader->current_tables, (gpointer) name);
}

static void
remove_current (Reader *reader, const char *name)
{
  guint index;

  if (find_table (reader->current_tables, name, &index))
    g_ptr_array_remove_index (reader->current_tables, index);
}

/* What later operations may name. */
static void
follow_tables (Reader *reader, const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_CREATE_TABLE:
      add_table (reader, operation->create_table.table->name);
      break;
    case OPERATION_SPLIT_TABLE:
      add_table (reader, operation->split_table.to);
      break;
    case OPERATION_RENAME_TABLE:
      remove_current (reader, operation->table);
      add_table (reader, operation->rename_table.to);
      break;
    case OPERATION_ALIAS_TABLE:
      g_ptr_array_add (reader->known_tables, (gpointer) operation->rename_table.to);
      break;
    case OPERATION_DROP_TABLE:
      remove_current (reader, operation->table);
      break;
    default:
      break;
    }
}

/* Whether it makes a name that later operations may use. */
static gboolean
makes_table (OperationKind kind)
{
  return kind == OPERATION_CREATE_TABLE || kind == OPERATION_SPLIT_TABLE
         || kind == OPERATION_RENAME_TABLE || kind == OPERATION_ALIAS_TABLE;
}

static gboolean
needs_table (const Operation *operation)
{
  if (operation->kind == OPERATION_CREATE_TABLE)
    return operation->create_table.split_columns != NULL;
  return operation->kind != OPERATION_SQL;
}

/* A table that is dropped if it is there need not be declared. */
static gboolean
may_be_missing (const Operation *operation)
{
  return operation->kind == OPERATION_DROP_TABLE
         && operation->drop_table.if_missing == ON_CONFLICT_SKIP;
}

static void
find_its_table (Reader *reader, const Node *entry, OperationDraft *draft)
{
  Operation *operation = &draft->operation;
  const Node *given = node_get (entry, "table");

  if (draft->name != NULL && operation->table != NULL
      && !g_str_equal (draft->name, operation->table))
    reader_error (reader, given, "keep one of them",
                  "'table' says '%s' and 'name' says '%s'", operation->table,
                  draft->name);
  if (draft->name != NULL)
    {
      operation->table = draft->name;
      given = node_get (draft->node, "name");
    }
  if (operation->kind == OPERATION_CREATE_TABLE && !needs_table (operation))
    operation->table = operation->create_table.table->name;
  else if (operation->table != NULL && may_be_missing (operation))
    return;
  else if (operation->table != NULL)
    check_table (reader, operation->table, reader_location (reader, given));
  else if (needs_table (operation))
    operation->table = only_table (reader, entry);
}

/* ---- a change or step ---- */

/* Returns: whether the operation is whole */
static gboolean
read_body (Reader *reader, const Node *entry, const EntryDraft *read,
           OperationDraft *draft)
{
  Operation *operation = &draft->operation;
  guint n_errors = reader->n_errors;

  *operation = read->common;
  operation->kind = read->which->kind;
  operation->location = reader_location (reader, entry);
  draft->node = read->node;
  if (!reader_mapping (reader, read->node, &read->which->keys, draft))
    return FALSE;
  if (read->which->finish != NULL)
    read->which->finish (reader, draft);
  if (reader->n_errors != n_errors)
    return FALSE;
  find_its_table (reader, entry, draft);
  return reader->n_errors == n_errors
         && (operation->table != NULL || !needs_table (operation));
}

static void
add_operation (Reader *reader, const Node *entry, const EntryDraft *read,
               GPtrArray *operations)
{
  g_autofree OperationDraft *draft = g_new0 (OperationDraft, 1);

  if (read_body (reader, entry, read, draft))
    {
      follow_tables (reader, &draft->operation);
      g_ptr_array_add (operations, operation_copy (reader->arena, &draft->operation));
      return;
    }
  /* The list would own it. */
  if (read->which->kind == OPERATION_CREATE_TABLE)
    table_free ((Table *) draft->operation.create_table.table);
  /* What the lost operation would have made may be named by later ones. */
  reader->tables_unsure = reader->tables_unsure || makes_table (read->which->kind);
}

static void
load_entry (Reader *reader, const Node *node, const KeyTable *keys, GPtrArray *operations)
{
  EntryDraft entry = { 0 };
  gboolean sound = reader_mapping (reader, node, keys, &entry);

  if (entry.n_operations == 1)
    add_operation (reader, node, &entry, operations);
  else if (entry.n_operations > 1)
    reader_error (reader, node, "write a list, one operation in each item",
                  "%s has one operation, not %u", keys->noun, entry.n_operations);
  else if (sound)
    reader_error (reader, node, "for example rename_column", "%s needs an operation",
                  keys->noun);
}

void
load_changes (Reader *reader, const Node *node, GPtrArray *operations)
{
  reader->in_step = FALSE;
  reader->what = "change";
  if (node->kind == NODE_MAPPING)
    load_entry (reader, node, &CHANGE_KEYS, operations);
  else if (node->kind == NODE_SCALAR)
    reader_expected (reader, node, "a mapping or a list");
  else if (reader_want (reader, node, NODE_SEQUENCE))
    NODE_FOREACH_ITEM (item, node)
  load_entry (reader, item, &CHANGE_KEYS, operations);
}

void
load_steps (Reader *reader, const Node *node, GPtrArray *operations)
{
  reader->in_step = TRUE;
  reader->what = "steps";
  if (reader_want (reader, node, NODE_SEQUENCE))
    NODE_FOREACH_ITEM (item, node)
  load_entry (reader, item, &STEP_KEYS, operations);
  reader->in_step = FALSE;
}
