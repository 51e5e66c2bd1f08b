/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of a file.
 *
 * Rows are most of a large file.  When a table gives its name and columns before its
 * rows, the rows go into the vectors while the file is still being parsed; otherwise they
 * are read from the tree.  Both ways end in row_reader_add().
 */
#include "config.h"

#include "load/load_table.h"

#include <string.h>

#include "load/load_column.h"
#include "load/load_constraint.h"
#include "load/load_type.h"
#include "load/scalar.h"

const Key TABLE_KEY_LIST[] = {
  { "name", KEY_REQUIRED, offsetof (TableDraft, name), read_table_name, NULL },
  { "columns", KEY_REQUIRED, offsetof (TableDraft, columns), read_node, NULL },
  { "constraints", KEY_OPTIONAL, offsetof (TableDraft, constraints), read_node, NULL },
  { "indexes", KEY_OPTIONAL, offsetof (TableDraft, indexes), read_node, NULL },
  { "rows", KEY_OPTIONAL, offsetof (TableDraft, rows), read_node, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable TABLE_KEYS = { "a table", TABLE_KEY_LIST, NULL };

/* ---- columns ---- */

static void
add_column (Reader *reader, const Node *node, Table *table)
{
  const Column *column = load_column (reader, node);
  GError *error = NULL;

  if (column != NULL && !table_add_column (table, column, NULL, reader->arena, &error))
    reader_take_error (reader, column->location, NULL, error);
}

/* Returns: whether all of them were read. */
static gboolean
load_columns (Reader *reader, const Node *node, Table *table)
{
  guint n_errors = reader->n_errors;

  reader->what = "columns";
  if (reader_want_items (reader, node))
    NODE_FOREACH_ITEM (item, node)
  add_column (reader, item, table);
  return reader->n_errors == n_errors;
}

/* ---- constraints ---- */

static void
check_column (Reader *reader, const Table *table, const char *name, Location location,
              const char *what, const char *of)
{
  g_autofree const char **names = NULL;

  if (name == NULL || table_find_column (table, name) != NULL)
    return;
  names = table_column_names (table);
  reader_error_at (reader, location, reader_suggest (reader, name, names),
                   "%s '%s' names the column '%s', which table '%s' does not have", what,
                   of, name, table->name);
}

static void
check_check (Reader *reader, const Table *table, const Check *check)
{
  const Column *column
      = check->column != NULL ? table_find_column (table, check->column) : NULL;
  Value value;

  if (column == NULL)
    return;
  if (check->min != NULL)
    load_value (reader, check->min, &column->type, "'min' does not fit", &value);
  if (check->max != NULL)
    load_value (reader, check->max, &column->type, "'max' does not fit", &value);
  for (guint i = 0; check->in != NULL && check->in[i] != NULL; i++)
    load_value (reader, check->in[i], &column->type, "'in' does not fit", &value);
}

static void
add_constraint (Reader *reader, const Node *node, Table *table)
{
  const Constraint *constraint = load_constraint (reader, node, table->name);
  guint n_errors = reader->n_errors;
  GError *error = NULL;

  if (constraint == NULL)
    return;
  for (guint i = 0; constraint->columns[i] != NULL; i++)
    check_column (reader, table, constraint->columns[i], constraint->location,
                  "constraint", constraint->name);
  if (constraint->kind == CONSTRAINT_CHECK)
    check_check (reader, table, &constraint->check);
  if (reader->n_errors == n_errors
      && !table_add_constraint (table, constraint, reader->arena, &error))
    reader_take_error (reader, constraint->location, NULL, error);
}

static void
load_constraints (Reader *reader, const Node *node, Table *table)
{
  reader->what = "constraints";
  if (reader_want (reader, node, NODE_SEQUENCE))
    NODE_FOREACH_ITEM (item, node)
  add_constraint (reader, item, table);
}

/* ---- indexes ---- */

static void
add_index (Reader *reader, const Node *node, Table *table)
{
  const Index *index = load_index (reader, node, table->name);
  GError *error = NULL;

  if (index == NULL)
    return;
  for (guint i = 0; i < index->n_parts; i++)
    check_column (reader, table, index->parts[i].column, index->location, "index",
                  index->name);
  for (guint i = 0; index->include != NULL && index->include[i] != NULL; i++)
    check_column (reader, table, index->include[i], index->location, "index",
                  index->name);
  if (!table_add_index (table, index, &error))
    reader_take_error (reader, index->location, NULL, error);
}

static void
load_indexes (Reader *reader, const Node *node, Table *table)
{
  reader->what = "indexes";
  if (reader_want (reader, node, NODE_SEQUENCE))
    NODE_FOREACH_ITEM (item, node)
  add_index (reader, item, table);
}

/* ---- whole tables ---- */

void
prepared_table_free (PreparedTable *prepared)
{
  table_free (prepared->table);
  row_reader_free (prepared->rows);
  g_free (prepared);
}

void
load_table_row (gpointer rows, const Node *row)
{
  PreparedTable *prepared = rows;

  /* Without all columns each row would be wrong. */
  if (prepared->rows != NULL)
    row_reader_add (prepared->rows, row);
}

gpointer
load_table_begin_rows (gpointer data, const Node *mapping)
{
  Reader *reader = data;
  const Node *name = node_get (mapping, "name");
  const Node *columns = node_get (mapping, "columns");
  PreparedTable *prepared;

  if (name == NULL || columns == NULL || !scalar_is_table_name (name)
      || g_hash_table_contains (reader->prepared, mapping))
    return NULL;
  prepared = g_new0 (PreparedTable, 1);
  prepared->table = table_new (scalar_table_name (reader, name));
  g_hash_table_insert (reader->prepared, (gpointer) mapping, prepared);
  if (load_columns (reader, columns, prepared->table))
    prepared->rows = row_reader_new (reader, prepared->table);
  return prepared;
}

/* Takes over what load_table_begin_rows() made.  Returns: whether it has its columns */
static gboolean
take_prepared (Reader *reader, const Node *node, Table **table)
{
  PreparedTable *prepared = g_hash_table_lookup (reader->prepared, node);
  gboolean has_columns = prepared->rows != NULL;

  *table = g_steal_pointer (&prepared->table);
  if (has_columns)
    row_reader_finish (prepared->rows);
  g_hash_table_remove (reader->prepared, node);
  return has_columns;
}

/* What speaks of the columns: of no use while they are wrong themselves. */
static void
load_rest (Reader *reader, const TableDraft *draft, Table *table)
{
  if (draft->constraints != NULL)
    load_constraints (reader, draft->constraints, table);
  if (draft->indexes != NULL)
    load_indexes (reader, draft->indexes, table);
  if (draft->rows != NULL && !draft->rows->streamed)
    load_rows (reader, draft->rows, table);
}

Table *
load_table_finish (Reader *reader, const Node *node, const TableDraft *draft)
{
  g_autoptr (Table) table = NULL;
  gboolean has_columns = FALSE;

  if (g_hash_table_contains (reader->prepared, node))
    has_columns = take_prepared (reader, node, &table);
  else if (draft->name != NULL)
    {
      table = table_new (draft->name);
      has_columns
          = draft->columns != NULL && load_columns (reader, draft->columns, table);
    }
  if (table == NULL)
    return NULL;
  table->location = reader_location (reader, node);
  if (has_columns)
    load_rest (reader, draft, table);
  return g_steal_pointer (&table);
}

Table *
load_table (Reader *reader, const Node *node)
{
  TableDraft draft = { 0 };

  reader_mapping (reader, node, &TABLE_KEYS, &draft);
  return load_table_finish (reader, node, &draft);
}
