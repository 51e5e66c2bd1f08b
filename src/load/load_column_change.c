/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations on columns.
 *
 * `backward` says how old values come back from new ones.  With one old column it is a
 * transform; with several, a mapping old column → transform; `none` is one way on
 * purpose.
 */
#include "config.h"

#include "load/load_column.h"
#include "load/load_operation.h"
#include "load/load_transform.h"
#include "load/scalar.h"

#define NODE_FIELD(member) offsetof (OperationDraft, member)

static guint
n_names (const char *const *names)
{
  return names == NULL ? 0 : g_strv_length ((char **) names);
}

/* ---- backward ---- */

static void
check_backward_names (Reader *reader, const Node *node, const char *const *columns)
{
  NODE_FOREACH_ENTRY (key, node)
  if (!g_strv_contains (columns, key->text))
    reader_error (reader, key, reader_suggest (reader, key->text, columns),
                  "'backward' names '%s', which is none of the old columns", key->text);
  for (guint i = 0; columns[i] != NULL; i++)
    if (node_get (node, columns[i]) == NULL)
      reader_error (reader, node, "or say `backward: none`", "'backward' needs '%s' too",
                    columns[i]);
}

/* @columns: the old ones.  @none: NULL where `none` makes no sense. */
static void
load_backward (Reader *reader, const Node *node, const char *const *columns,
               const NamedTransform **backward, gboolean *none)
{
  const Transform *transform = NULL;

  if (node == NULL || columns == NULL)
    return;
  reader->what = "backward";
  if (none != NULL && node_is_none (node))
    *none = TRUE;
  else if (n_names (columns) == 1)
    {
      read_transform (reader, node, &transform, NULL);
      if (transform != NULL)
        *backward = named_transform_one (reader, columns[0], node, transform);
    }
  else
    {
      read_named_transforms (reader, node, backward, NULL);
      if (*backward != NULL)
        check_backward_names (reader, node, columns);
    }
}

/* ---- additions: { column, transform } ---- */

static const Key ADDITION_LIST[] = {
  { "column", KEY_REQUIRED, offsetof (ColumnAddition, column), read_column, NULL },
  { "transform", KEY_OPTIONAL, offsetof (ColumnAddition, transform), read_transform,
    NULL },
  END_OF_KEYS,
};

const KeyTable ADDITION_KEYS = { "a new column", ADDITION_LIST, NULL };

static const ColumnAddition *
load_additions (Reader *reader, const Node *node, guint at_least, guint *n)
{
  ColumnAddition *additions;

  if (!reader_want_items (reader, node))
    return NULL;
  if (node->length < at_least)
    reader_error (reader, node, NULL, "'%s' needs at least %u columns", reader->what,
                  at_least);
  additions = arena_new_array (reader->arena, ColumnAddition, node->length);
  *n = 0;
  NODE_FOREACH_ITEM (item, node)
  reader_mapping (reader, item, &ADDITION_KEYS, &additions[(*n)++]);
  return additions;
}

/* ---- add_column ---- */

static const Word SYNC_MODES[]
    = { { "forward", SYNC_FORWARD }, { "both", SYNC_BOTH }, { NULL, 0 } };

static const Word SYNC_PURPOSES[] = { { "copy", SYNC_FOR_COPY },
                                      { "rename", SYNC_FOR_RENAME },
                                      { "shadow", SYNC_FOR_SHADOW },
                                      { NULL, 0 } };

static const Key ADD_COLUMN_LIST[] = {
  { "column", KEY_OPTIONAL, NODE_FIELD (column), read_node, NULL },
  { "columns", KEY_IN_STEP, NODE_FIELD (columns), read_node, NULL },
  { "from", KEY_OPTIONAL, NODE_FIELD (from), read_node, NULL },
  { "transform", KEY_OPTIONAL, NODE_FIELD (transform), read_transform, NULL },
  { "backward", KEY_OPTIONAL, NODE_FIELD (backward), read_node, NULL },
  { "replaces", KEY_IN_CHANGE, OPERATION_FIELD (add_column.replaces), read_names, NULL },
  { "sync", KEY_OPTIONAL, OPERATION_FIELD (add_column.sync), read_word, SYNC_MODES },
  { "purpose", KEY_IN_STEP, OPERATION_FIELD (add_column.purpose), read_word,
    SYNC_PURPOSES },
  { "if_exists", KEY_OPTIONAL, OPERATION_FIELD (add_column.if_exists), read_word,
    CONFLICT_WORDS },
  END_OF_KEYS,
};

static void
load_one_addition (Reader *reader, OperationDraft *draft, AddColumn *add)
{
  ColumnAddition *addition = arena_new0 (reader->arena, ColumnAddition);

  addition->column = load_column (reader, draft->column);
  addition->transform = draft->transform;
  add->additions = addition;
  add->n_additions = 1;
}

static void
load_added_columns (Reader *reader, OperationDraft *draft, AddColumn *add)
{
  if ((draft->column != NULL) == (draft->columns != NULL))
    reader_error (reader, draft->node, NULL,
                  reader->in_step ? "'add_column' needs one of 'column' and 'columns'"
                                  : "'add_column' needs 'column'");
  else if (draft->column != NULL)
    load_one_addition (reader, draft, add);
  else
    {
      reader->what = "columns";
      add->additions = load_additions (reader, draft->columns, 1, &add->n_additions);
      if (draft->transform != NULL)
        reader_error (reader, node_get (draft->node, "transform"), NULL,
                      "with 'columns' each of them has its own 'transform'");
    }
}

/* Keys that mean nothing without an old column. */
static void
check_needs_from (Reader *reader, const OperationDraft *draft)
{
  static const char *const KEYS[]
      = { "transform", "backward", "replaces", "sync", "purpose" };

  for (guint i = 0; i < G_N_ELEMENTS (KEYS); i++)
    if (node_get (draft->node, KEYS[i]) != NULL)
      reader_error (reader, node_get (draft->node, KEYS[i]), NULL,
                    "'%s' needs 'from': without it nothing is copied", KEYS[i]);
}

static void
check_lookup (Reader *reader, const OperationDraft *draft, const AddColumn *add)
{
  if (draft->backward != NULL && !node_is_none (draft->backward))
    reader_error (reader, draft->backward, "leave 'backward' out",
                  "a column from another table is filled forward only");
  if (add->has_sync && add->sync == SYNC_BOTH)
    reader_error (reader, node_get (draft->node, "sync"), "say `sync: forward`",
                  "a column from another table is filled forward only");
}

static void
finish_add_column (Reader *reader, OperationDraft *draft)
{
  AddColumn *add = &draft->operation.add_column;

  load_added_columns (reader, draft, add);
  add->has_sync = node_get (draft->node, "sync") != NULL;
  if (draft->from == NULL)
    {
      check_needs_from (reader, draft);
      return;
    }
  load_from (reader, draft->from, &add->from, &add->lookup);
  if (add->lookup != NULL)
    check_lookup (reader, draft, add);
  load_backward (reader, draft->backward, add->from, &add->backward, &add->backward_none);
}

const OperationReader ADD_COLUMN_READER = { OPERATION_ADD_COLUMN,
                                            { "'add_column'", ADD_COLUMN_LIST, NULL },
                                            finish_add_column };

/* ---- rename_column ---- */

static const Key RENAME_COLUMN_LIST[] = {
  { "from", KEY_REQUIRED, OPERATION_FIELD (rename_column.from), read_name, NULL },
  { "to", KEY_REQUIRED, OPERATION_FIELD (rename_column.to), read_name, NULL },
  END_OF_KEYS,
};

static void
finish_rename_column (Reader *reader, OperationDraft *draft)
{
  const RenameColumn *rename = &draft->operation.rename_column;

  if (g_str_equal (rename->from, rename->to))
    reader_error (reader, draft->node, NULL, "'from' and 'to' are the same name");
}

const OperationReader RENAME_COLUMN_READER
    = { OPERATION_RENAME_COLUMN,
        { "'rename_column'", RENAME_COLUMN_LIST, NULL },
        finish_rename_column };

/* ---- alter_column ---- */

static void
read_comment_or_null (Reader *reader, const Node *node, gpointer field,
                      G_GNUC_UNUSED gconstpointer data)
{
  if (!node_is_null (node))
    read_text (reader, node, field, NULL);
}

static const Key ALTER_COLUMN_LIST[] = {
  { "column", KEY_REQUIRED, OPERATION_FIELD (alter_column.column), read_name, NULL },
  { "type", KEY_OPTIONAL, NODE_FIELD (type.type), read_node, NULL },
  TYPE_SIZE_KEYS (OperationDraft, type),
  { "nullable", KEY_OPTIONAL, OPERATION_FIELD (alter_column.nullable), read_bool, NULL },
  { "default", KEY_OPTIONAL, OPERATION_FIELD (alter_column.default_literal), read_literal,
    NULL },
  { "default_expression", KEY_OPTIONAL, OPERATION_FIELD (alter_column.default_expression),
    read_engine_text, NULL },
  { "comment", KEY_OPTIONAL, OPERATION_FIELD (alter_column.comment), read_comment_or_null,
    NULL },
  { "transform", KEY_OPTIONAL, OPERATION_FIELD (alter_column.transform), read_transform,
    NULL },
  { "backward", KEY_OPTIONAL, NODE_FIELD (backward), read_node, NULL },
  { "repair", KEY_OPTIONAL, OPERATION_FIELD (alter_column.repair), read_transform, NULL },
  END_OF_KEYS,
};

static void
alter_type (Reader *reader, OperationDraft *draft, AlterColumn *alter)
{
  static const char *const SIZES[] = { "length", "precision", "scale", "values" };

  if (draft->type.type != NULL)
    {
      alter->has_type = TRUE;
      load_type (reader, &draft->type, &alter->type);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
    if (node_get (draft->node, SIZES[i]) != NULL)
      reader_error (reader, node_get (draft->node, SIZES[i]), NULL,
                    "'%s' needs 'type' beside it", SIZES[i]);
}

static void
alter_default (Reader *reader, OperationDraft *draft, AlterColumn *alter)
{
  Value value;

  alter->has_default
      = alter->default_literal != NULL || alter->default_expression != NULL;
  if (alter->default_literal != NULL && alter->default_expression != NULL)
    reader_error (reader, node_get (draft->node, "default_expression"),
                  "keep one of them",
                  "'alter_column' has both 'default' and 'default_expression'");
  else if (alter->default_expression != NULL)
    alter->default_kind = DEFAULT_EXPRESSION;
  else if (alter->default_literal != NULL && !literal_is_null (alter->default_literal))
    {
      alter->default_kind = DEFAULT_VALUE;
      if (alter->has_type)
        load_value (reader, alter->default_literal, &alter->type,
                    "'default' does not fit", &value);
    }
}

static void
finish_alter_column (Reader *reader, OperationDraft *draft)
{
  AlterColumn *alter = &draft->operation.alter_column;
  const char *const columns[] = { alter->column, NULL };
  guint n_errors = reader->n_errors;

  alter->has_nullable = node_get (draft->node, "nullable") != NULL;
  alter->has_comment = node_get (draft->node, "comment") != NULL;
  alter_type (reader, draft, alter);
  if (reader->n_errors != n_errors)
    return;
  alter_default (reader, draft, alter);
  load_backward (reader, draft->backward, columns, &alter->backward,
                 &alter->backward_none);
  if (!alter->has_type && !alter->has_nullable && !alter->has_default
      && !alter->has_comment)
    reader_error (
        reader, draft->node, NULL,
        "'alter_column' changes nothing: it needs one of type, nullable, default, "
        "default_expression, comment");
}

const OperationReader ALTER_COLUMN_READER
    = { OPERATION_ALTER_COLUMN,
        { "'alter_column'", ALTER_COLUMN_LIST, NULL },
        finish_alter_column };

/* ---- drop_column, relax_column, end_sync ---- */

/* One name; in steps a list too. */
static void
read_column_names (Reader *reader, const Node *node, gpointer field, gconstpointer data)
{
  if (reader->in_step || node->kind == NODE_SCALAR)
    read_names (reader, node, field, data);
  else
    reader_expected (reader, node, "the name of one column");
}

static const Key DROP_COLUMN_LIST[] = {
  { "column", KEY_REQUIRED, OPERATION_FIELD (drop_column.columns), read_column_names,
    NULL },
  { "backward", KEY_OPTIONAL, NODE_FIELD (backward), read_node, NULL },
  { "if_missing", KEY_OPTIONAL, OPERATION_FIELD (drop_column.if_missing), read_word,
    CONFLICT_WORDS },
  END_OF_KEYS,
};

static void
finish_drop_column (Reader *reader, OperationDraft *draft)
{
  DropColumn *drop = &draft->operation.drop_column;

  load_backward (reader, draft->backward, drop->columns, &drop->backward, NULL);
}

const OperationReader DROP_COLUMN_READER = { OPERATION_DROP_COLUMN,
                                             { "'drop_column'", DROP_COLUMN_LIST, NULL },
                                             finish_drop_column };

static const Key RELAX_COLUMN_LIST[] = {
  { "column", KEY_REQUIRED, OPERATION_FIELD (drop_column.columns), read_column_names,
    NULL },
  { "backward", KEY_OPTIONAL, NODE_FIELD (backward), read_node, NULL },
  END_OF_KEYS,
};

const OperationReader RELAX_COLUMN_READER
    = { OPERATION_RELAX_COLUMN,
        { "'relax_column'", RELAX_COLUMN_LIST, NULL },
        finish_drop_column };

static const Key END_SYNC_LIST[] = {
  { "column", KEY_REQUIRED, OPERATION_FIELD (end_sync.columns), read_names, NULL },
  END_OF_KEYS,
};

const OperationReader END_SYNC_READER
    = { OPERATION_END_SYNC, { "'end_sync'", END_SYNC_LIST, NULL }, NULL };

/* ---- split_column, merge_columns ---- */

static const Key SPLIT_COLUMN_LIST[] = {
  { "column", KEY_REQUIRED, OPERATION_FIELD (split_column.column), read_name, NULL },
  { "into", KEY_REQUIRED, NODE_FIELD (into), read_node, NULL },
  { "backward", KEY_OPTIONAL, NODE_FIELD (backward), read_node, NULL },
  END_OF_KEYS,
};

static void
finish_split_column (Reader *reader, OperationDraft *draft)
{
  SplitColumn *split = &draft->operation.split_column;

  reader->what = "into";
  split->into = load_additions (reader, draft->into, 2, &split->n_into);
  if (draft->backward == NULL)
    return;
  reader->what = "backward";
  if (node_is_none (draft->backward))
    split->backward_none = TRUE;
  else
    read_transform (reader, draft->backward, &split->backward, NULL);
}

const OperationReader SPLIT_COLUMN_READER
    = { OPERATION_SPLIT_COLUMN,
        { "'split_column'", SPLIT_COLUMN_LIST, NULL },
        finish_split_column };

static const Key MERGE_COLUMNS_LIST[] = {
  { "columns", KEY_REQUIRED, OPERATION_FIELD (merge_columns.columns), read_name_list,
    NULL },
  { "into", KEY_REQUIRED, OPERATION_FIELD (merge_columns.into), read_column, NULL },
  { "transform", KEY_REQUIRED, OPERATION_FIELD (merge_columns.transform), read_transform,
    NULL },
  { "backward", KEY_OPTIONAL, NODE_FIELD (backward), read_node, NULL },
  END_OF_KEYS,
};

static void
finish_merge_columns (Reader *reader, OperationDraft *draft)
{
  MergeColumns *merge = &draft->operation.merge_columns;

  if (n_names (merge->columns) < 2)
    reader_error (reader, node_get (draft->node, "columns"), NULL,
                  "'columns' needs at least 2 columns");
  else
    load_backward (reader, draft->backward, merge->columns, &merge->backward,
                   &merge->backward_none);
}

const OperationReader MERGE_COLUMNS_READER
    = { OPERATION_MERGE_COLUMNS,
        { "'merge_columns'", MERGE_COLUMNS_LIST, NULL },
        finish_merge_columns };

/* ---- swap_column ---- */

static const Key SWAP_COLUMN_LIST[] = {
  { "column", KEY_REQUIRED, OPERATION_FIELD (swap_column.column), read_name, NULL },
  { "shadow", KEY_REQUIRED, OPERATION_FIELD (swap_column.shadow), read_name, NULL },
  { "old_name", KEY_REQUIRED, OPERATION_FIELD (swap_column.old_name), read_name, NULL },
  END_OF_KEYS,
};

const OperationReader SWAP_COLUMN_READER
    = { OPERATION_SWAP_COLUMN, { "'swap_column'", SWAP_COLUMN_LIST, NULL }, NULL };
