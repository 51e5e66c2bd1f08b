/* SPDX-License-Identifier: Apache-2.0
 *
 * Seed rows given one by one.
 *
 * A file of 300,000 rows names every column 300,000 times: a key is first compared with
 * the column that follows the last one found, and only then looked up.
 */
#include "config.h"

#include "load/load_rows.h"

#include <string.h>

#include "load/load_column.h"
#include "load/scalar.h"

/* A column while rows are read. */
typedef struct
{
  const Column *column;
  gsize name_length;
  guint64 last_row;  /* the last row that gave it */
  gint64 largest;    /* identity: the largest number given */
  GArray *to_number; /* identity: gsize, the rows that gave none */
} Slot;

struct RowReader
{
  Reader *reader;
  Table *table;
  Slot *slots;
  Value *values; /* of the row that is read */
  guint n_slots;
  guint next; /* the slot the next key is likely to be */
  guint64 n_rows;
  Arena *scratch;    /* texts of the row, where they are not as the file has them */
  GHashTable *names; /* name → Slot; made at the first wrong guess */
};

RowReader *
row_reader_new (Reader *reader, Table *table)
{
  RowReader *rows = g_new0 (RowReader, 1);

  rows->reader = reader;
  rows->table = table;
  rows->n_slots = table_n_columns (table);
  rows->slots = g_new0 (Slot, rows->n_slots);
  rows->values = g_new0 (Value, rows->n_slots);
  rows->scratch = arena_new ();
  for (guint i = 0; i < rows->n_slots; i++)
    {
      rows->slots[i].column = table_column (table, i);
      rows->slots[i].name_length = strlen (rows->slots[i].column->name);
    }
  return rows;
}

void
row_reader_free (RowReader *rows)
{
  if (rows == NULL)
    return;
  for (guint i = 0; i < rows->n_slots; i++)
    g_clear_pointer (&rows->slots[i].to_number, g_array_unref);
  g_clear_pointer (&rows->names, g_hash_table_unref);
  arena_free (rows->scratch);
  g_free (rows->values);
  g_free (rows->slots);
  g_free (rows);
}

/* ---- which column a key is ---- */

static gboolean
slot_is (const Slot *slot, const Node *key)
{
  return slot->name_length == key->length
         && memcmp (slot->column->name, key->text, key->length) == 0;
}

static Slot *
look_up (RowReader *rows, const Node *key)
{
  Slot *slot;

  if (rows->names == NULL)
    {
      rows->names = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < rows->n_slots; i++)
        g_hash_table_insert (rows->names, (gpointer) rows->slots[i].column->name,
                             &rows->slots[i]);
    }
  slot = g_hash_table_lookup (rows->names, key->text);
  return slot != NULL && slot_is (slot, key) ? slot : NULL;
}

static Slot *
find_slot (RowReader *rows, const Node *key)
{
  Slot *slot = NULL;

  if (rows->next < rows->n_slots && slot_is (&rows->slots[rows->next], key))
    slot = &rows->slots[rows->next];
  else
    slot = look_up (rows, key);
  if (slot != NULL)
    rows->next = (guint) (slot - rows->slots) + 1;
  return slot;
}

static void
unknown_column (RowReader *rows, const Node *key)
{
  g_autofree const char **names
      = reader_is_full (rows->reader) ? NULL : table_column_names (rows->table);

  reader_error (rows->reader, key, reader_suggest (rows->reader, key->text, names),
                "table '%s' has no column %s", rows->table->name,
                reader_show (rows->reader, key));
}

/* ---- cells ---- */

static void
read_null (RowReader *rows, Slot *slot, const Node *node)
{
  if (!slot->column->nullable)
    reader_error (rows->reader, node, NULL, "column '%s' cannot be null",
                  slot->column->name);
}

static void
note_identity (RowReader *rows, Slot *slot, const Node *node, const Value *value)
{
  if (slot->column->identity == IDENTITY_ALWAYS)
    reader_error (rows->reader, node, "leave it out, or say identity: by_default",
                  "column '%s' numbers itself and takes no values", slot->column->name);
  else if (value->kind == VALUE_INTEGER)
    slot->largest = MAX (slot->largest, value->integer);
}

static void
read_cell (RowReader *rows, Slot *slot, const Node *node, Value *value)
{
  const Column *column = slot->column;
  GError *error = NULL;
  Literal literal;

  /* Not the row before's, whose text is gone. */
  *value = VALUE_NULL_INIT;
  if (node->kind != NODE_SCALAR)
    {
      reader_error (rows->reader, node,
                    column->type.base == COLUMN_TYPE_JSON ? "write JSON in quotes" : NULL,
                    "column '%s' must be one %s, not %s", column->name,
                    column_type_to_string (column->type.base),
                    reader_show (rows->reader, node));
      return;
    }
  literal = literal_of_node (rows->reader, node);
  if (!literal_resolve (&literal, &column->type, rows->scratch, value, &error))
    {
      g_autofree char *prefix = g_strdup_printf ("column '%s'", column->name);

      *value = VALUE_NULL_INIT;
      reader_take_error (rows->reader, literal.location, prefix, error);
    }
  else if (value_is_null (value))
    read_null (rows, slot, node);
  else if (column->identity != IDENTITY_NONE)
    note_identity (rows, slot, node, value);
}

gboolean
column_absent_value (const Column *column, Value *value)
{
  *value
      = column->default_kind == DEFAULT_VALUE ? column->default_value : VALUE_NULL_INIT;
  return column->nullable || column->default_kind == DEFAULT_VALUE
         || column->identity != IDENTITY_NONE;
}

static void
absent_cell (RowReader *rows, Slot *slot, const Node *row, Value *value)
{
  const Column *column = slot->column;
  gsize number = rows->n_rows - 1;

  if (!column_absent_value (column, value))
    reader_error (rows->reader, row,
                  column->default_kind == DEFAULT_EXPRESSION
                      ? "only a database can work out its default_expression"
                      : NULL,
                  "the row needs a value for '%s', which cannot be null", column->name);
  if (column->identity == IDENTITY_NONE)
    return;
  if (slot->to_number == NULL)
    slot->to_number = g_array_new (FALSE, FALSE, sizeof number);
  g_array_append_val (slot->to_number, number);
}

void
row_reader_add (RowReader *rows, const Node *node)
{
  if (node->kind != NODE_MAPPING)
    {
      reader_error (rows->reader, node, "write { column: value, … }",
                    "a row must be a mapping, not %s", reader_show (rows->reader, node));
      return;
    }
  rows->n_rows++;
  rows->next = 0;
  NODE_FOREACH_ENTRY (key, node)
  {
    Slot *slot = find_slot (rows, key);

    if (slot == NULL)
      {
        unknown_column (rows, key);
        continue;
      }
    slot->last_row = rows->n_rows;
    read_cell (rows, slot, key->next, &rows->values[slot - rows->slots]);
  }
  for (guint i = 0; i < rows->n_slots; i++)
    if (rows->slots[i].last_row != rows->n_rows)
      absent_cell (rows, &rows->slots[i], node, &rows->values[i]);
  table_insert (rows->table, rows->values);
  arena_reset (rows->scratch);
}

/* ---- identities ---- */

static void
number_identity (RowReader *rows, guint index)
{
  Slot *slot = &rows->slots[index];
  Vector **vector = (Vector **) &rows->table->vectors->pdata[index];
  const Column *column = slot->column;

  for (guint i = 0; i < slot->to_number->len; i++)
    {
      Value value;

      if (slot->largest == G_MAXINT64)
        break;
      value = value_integer (++slot->largest);
      if (!type_check (&column->type, &value, NULL))
        break;
      vector_set (vector_writable (vector), g_array_index (slot->to_number, gsize, i),
                  &value);
      if (i + 1 == slot->to_number->len)
        return;
    }
  reader_error_at (rows->reader, column->location, NULL,
                   "the identity '%s' runs out of numbers", column->name);
}

void
row_reader_finish (RowReader *rows)
{
  for (guint i = 0; i < rows->n_slots; i++)
    if (rows->slots[i].to_number != NULL)
      number_identity (rows, i);
}

void
load_rows (Reader *reader, const Node *node, Table *table)
{
  g_autoptr (RowReader) rows = NULL;

  reader->what = "rows";
  if (node->kind == NODE_MAPPING)
    {
      load_generated_rows (reader, node, table);
      return;
    }
  if (node->kind != NODE_SEQUENCE)
    {
      reader_expected (reader, node, "a list, or { generate: … }");
      return;
    }
  rows = row_reader_new (reader, table);
  NODE_FOREACH_ITEM (item, node)
  row_reader_add (rows, item);
  row_reader_finish (rows);
}
