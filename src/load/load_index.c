/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes of a file.
 *
 * An index without a name is called <table>_<columns>_idx, as PostgreSQL would; one over
 * expressions only needs a name.
 */
#include "config.h"

#include "load/load_constraint.h"
#include "load/load_type.h"
#include "load/scalar.h"
#include "model/generated_name.h"
#include "model/table_name.h"

static const Word ORDERS[] = { { "asc", FALSE }, { "desc", TRUE }, { NULL, 0 } };

static const Key PART_LIST[] = {
  { "column", KEY_OPTIONAL, offsetof (IndexPart, column), read_name, NULL },
  { "expression", KEY_OPTIONAL, offsetof (IndexPart, expression), read_engine_text,
    NULL },
  { "order", KEY_OPTIONAL, offsetof (IndexPart, descending), read_word, ORDERS },
  { "opclass", KEY_OPTIONAL, offsetof (IndexPart, opclass), read_text, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable INDEX_PART_KEYS = { "an index column", PART_LIST, NULL };

static void read_options (Reader *reader, const Node *node, gpointer field,
                          gconstpointer data);

const Key INDEX_KEY_LIST[] = {
  { "name", KEY_OPTIONAL, offsetof (IndexDraft, index.name), read_name, NULL },
  { "columns", KEY_REQUIRED, offsetof (IndexDraft, columns), read_node, NULL },
  { "unique", KEY_OPTIONAL, offsetof (IndexDraft, index.unique), read_bool, NULL },
  { "where", KEY_OPTIONAL, offsetof (IndexDraft, index.where), read_engine_text, NULL },
  { "method", KEY_OPTIONAL, offsetof (IndexDraft, index.method), read_text, NULL },
  { "include", KEY_OPTIONAL, offsetof (IndexDraft, index.include), read_name_list, NULL },
  { "options", KEY_OPTIONAL, offsetof (IndexDraft, index.options), read_options, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable INDEX_KEYS = { "an index", INDEX_KEY_LIST, NULL };

/* `{ fillfactor: 70 }` → "fillfactor=70" */
static void
read_options (Reader *reader, const Node *node, gpointer field,
              G_GNUC_UNUSED gconstpointer data)
{
  const char **options;
  guint n = 0;

  if (!reader_want (reader, node, NODE_MAPPING))
    return;
  options = arena_new_array (reader->arena, const char *, node->length + 1);
  NODE_FOREACH_ENTRY (key, node)
  {
    const char *value = NULL;

    read_text (reader, key->next, &value, NULL);
    if (value != NULL)
      options[n++] = arena_printf (reader->arena, "%s=%s", key->text, value);
  }
  *(const char *const **) field = options;
}

static void
load_part (Reader *reader, const Node *node, IndexPart *part)
{
  if (node->kind != NODE_MAPPING)
    {
      part->column = scalar_name (reader, node);
      return;
    }
  if (reader_mapping (reader, node, &INDEX_PART_KEYS, part)
      && (part->column != NULL) == (part->expression != NULL))
    reader_error (reader, node, NULL,
                  "an index column needs one of 'column' and 'expression'");
}

static void
load_parts (Reader *reader, const Node *node, Index *index)
{
  IndexPart *parts;

  reader->what = "columns";
  if (!reader_want_items (reader, node))
    return;
  parts = arena_new_array (reader->arena, IndexPart, node->length);
  NODE_FOREACH_ITEM (item, node)
  load_part (reader, item, &parts[index->n_parts++]);
  index->parts = parts;
}

static const char *
default_name (Reader *reader, const Index *index, const char *table)
{
  g_autoptr (GString) name
      = g_string_new (table != NULL ? table_name_own (table, reader->arena) : NULL);

  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column != NULL)
      g_string_append_printf (name, "_%s", index->parts[i].column);
    else
      return NULL;
  return generated_name (reader->arena,
                         arena_printf (reader->arena, "%s_idx", name->str));
}

const Index *
load_index_finish (Reader *reader, const Node *node, IndexDraft *draft, const char *table)
{
  guint n_errors = reader->n_errors;
  Index *index = &draft->index;

  load_parts (reader, draft->columns, index);
  index->location = reader_location (reader, node);
  if (reader->n_errors != n_errors)
    return NULL;
  if (index->name == NULL)
    index->name = default_name (reader, index, table);
  if (index->name == NULL)
    {
      reader_error (reader, node, NULL, "an index over an expression needs 'name'");
      return NULL;
    }
  return arena_memdup (reader->arena, index, sizeof *index);
}

const Index *
load_index (Reader *reader, const Node *node, const char *table)
{
  IndexDraft draft = { 0 };

  if (!reader_mapping (reader, node, &INDEX_KEYS, &draft))
    return NULL;
  return load_index_finish (reader, node, &draft, table);
}
