/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of a file.
 *
 * A primary key and an identity column are NOT NULL whether the file says so or not.
 * `default: null` is the same as no default.
 */
#include "config.h"

#include "load/load_column.h"

#include "load/load_type.h"
#include "load/scalar.h"

typedef struct
{
  Column column;
  TypeDraft type;
  const Literal *default_literal;
  const Node *node;
} ColumnDraft;

static const Word IDENTITIES[] = {
  { "false", IDENTITY_NONE },
  { "true", IDENTITY_BY_DEFAULT },
  { "by_default", IDENTITY_BY_DEFAULT },
  { "always", IDENTITY_ALWAYS },
  { NULL, 0 },
};

#define COLUMN_FIELD(member) offsetof (ColumnDraft, column.member)

static const Key KEYS[] = {
  { "name", KEY_REQUIRED, COLUMN_FIELD (name), read_name, NULL },
  { "type", KEY_REQUIRED, offsetof (ColumnDraft, type.type), read_node, NULL },
  TYPE_SIZE_KEYS (ColumnDraft, type),
  { "nullable", KEY_OPTIONAL, COLUMN_FIELD (nullable), read_bool, NULL },
  { "default", KEY_OPTIONAL, offsetof (ColumnDraft, default_literal), read_literal,
    NULL },
  { "default_expression", KEY_OPTIONAL, COLUMN_FIELD (default_expression),
    read_engine_text, NULL },
  { "primary_key", KEY_OPTIONAL, COLUMN_FIELD (primary_key), read_bool, NULL },
  { "unique", KEY_OPTIONAL, COLUMN_FIELD (unique), read_bool, NULL },
  { "identity", KEY_OPTIONAL, COLUMN_FIELD (identity), read_word, IDENTITIES },
  { "comment", KEY_OPTIONAL, COLUMN_FIELD (comment), read_text, NULL },
  { "collate", KEY_OPTIONAL, COLUMN_FIELD (collate), read_text, NULL },
  { "native", KEY_OPTIONAL, COLUMN_FIELD (native), read_engine_map, NULL },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable COLUMN_KEYS = { "a column", KEYS, NULL };

gboolean
load_value (Reader *reader, const Literal *literal, const TypeSpec *type,
            const char *prefix, Value *value)
{
  GError *error = NULL;

  if (literal_resolve (literal, type, reader->arena, value, &error))
    return TRUE;
  reader_take_error (reader, literal->location, prefix, error);
  return FALSE;
}

static void
finish_default (Reader *reader, ColumnDraft *draft)
{
  Column *column = &draft->column;
  const Literal *literal = draft->default_literal;

  if (literal != NULL && column->default_expression != NULL)
    reader_error_at (reader, literal->location, "keep one of them",
                     "column '%s' has both 'default' and 'default_expression'",
                     column->name);
  else if (column->default_expression != NULL)
    column->default_kind = DEFAULT_EXPRESSION;
  else if (literal == NULL)
    return;
  else if (!literal_is_null (literal))
    {
      column->default_kind = DEFAULT_VALUE;
      load_value (reader, literal, &column->type, "'default' does not fit",
                  &column->default_value);
    }
  else if (!column->nullable)
    reader_error_at (reader, literal->location, "leave 'default' out, or give a value",
                     "column '%s' cannot be null and has null for a default",
                     column->name);
}

static void
finish_identity (Reader *reader, ColumnDraft *draft)
{
  Column *column = &draft->column;

  if (column->identity == IDENTITY_NONE)
    return;
  if (column->type.base != COLUMN_TYPE_INTEGER && column->type.base != COLUMN_TYPE_BIGINT)
    reader_error (reader, node_get (draft->node, "identity"), NULL,
                  "only INTEGER and BIGINT columns can have an identity, not %s",
                  column_type_to_string (column->type.base));
  if (column->default_kind != DEFAULT_NONE)
    reader_error (reader, node_get (draft->node, "identity"), NULL,
                  "column '%s' has both an identity and a default", column->name);
}

static void
finish_nullable (Reader *reader, ColumnDraft *draft)
{
  Column *column = &draft->column;
  const Node *given = node_get (draft->node, "nullable");

  if (!column->primary_key && column->identity == IDENTITY_NONE)
    return;
  if (given != NULL && column->nullable)
    reader_error (reader, given, NULL, "column '%s' is %s and so cannot be nullable",
                  column->name, column->primary_key ? "a primary key" : "an identity");
  column->nullable = FALSE;
}

const Column *
load_column (Reader *reader, const Node *node)
{
  ColumnDraft draft = { .column.nullable = TRUE, .node = node };
  guint n_errors = reader->n_errors;

  reader_mapping (reader, node, &COLUMN_KEYS, &draft);
  if (draft.type.type == NULL || !load_type (reader, &draft.type, &draft.column.type)
      || reader->n_errors != n_errors)
    return NULL;
  draft.column.location = reader_location (reader, node);
  finish_nullable (reader, &draft);
  finish_default (reader, &draft);
  finish_identity (reader, &draft);
  if (reader->n_errors != n_errors)
    return NULL;
  return arena_memdup (reader->arena, &draft.column, sizeof draft.column);
}

void
read_column (Reader *reader, const Node *node, gpointer field,
             G_GNUC_UNUSED gconstpointer data)
{
  const Column *column = load_column (reader, node);

  if (column != NULL)
    *(const Column **) field = column;
}
