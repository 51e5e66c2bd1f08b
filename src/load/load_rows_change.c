/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations on rows, and raw SQL.
 */
#include "config.h"

#include "load/load_operation.h"
#include "load/load_transform.h"
#include "load/scalar.h"

#define ROWS(member) OPERATION_FIELD (rows.member)

/* ---- rows as literals: their columns may not be there yet ---- */

static const NamedLiteral *
load_named_literals (Reader *reader, const Node *node)
{
  NamedLiteral *list = arena_new_array (reader->arena, NamedLiteral, node->length + 1);
  guint n = 0;

  NODE_FOREACH_ENTRY (key, node)
  {
    list[n].name = scalar_name (reader, key);
    list[n].location = reader_location (reader, key);
    read_literal (reader, key->next, &list[n].literal, NULL);
    if (list[n].name != NULL && list[n].literal != NULL)
      n++;
  }
  list[n].name = NULL;
  return list;
}

static void
read_row_list (Reader *reader, const Node *node, gpointer field,
               G_GNUC_UNUSED gconstpointer data)
{
  const NamedLiteral **rows;
  guint n = 0;

  if (node->kind != NODE_SEQUENCE || node->first == NULL)
    {
      reader_expected (reader, node, "a list of at least one row");
      return;
    }
  rows = arena_new_array (reader->arena, const NamedLiteral *, node->length + 1);
  NODE_FOREACH_ITEM (item, node)
  if (item->kind == NODE_MAPPING && item->first != NULL)
    rows[n++] = load_named_literals (reader, item);
  else
    reader_error (reader, item, "write { column: value, … }",
                  "a row must be a mapping with a value, not %s",
                  item->kind == NODE_MAPPING ? "an empty one"
                                             : reader_show (reader, item));
  *(const NamedLiteral *const **) field = rows;
}

static void
read_where (Reader *reader, const Node *node, gpointer field,
            G_GNUC_UNUSED gconstpointer data)
{
  if (!reader_want (reader, node, NODE_MAPPING))
    return;
  if (node->first == NULL)
    reader_error (reader, node, "leave it out to mean every row",
                  "'where' must not be empty");
  else
    *(const NamedLiteral **) field = load_named_literals (reader, node);
}

static const Key INSERT_ROWS_LIST[] = {
  { "rows", KEY_REQUIRED, ROWS (rows), read_row_list, NULL },
  { "if_exists", KEY_OPTIONAL, ROWS (if_exists), read_word, CONFLICT_WORDS },
  END_OF_KEYS,
};

const OperationReader INSERT_ROWS_READER
    = { OPERATION_INSERT_ROWS, { "'insert_rows'", INSERT_ROWS_LIST, NULL }, NULL };

static const Key UPDATE_ROWS_LIST[] = {
  { "where", KEY_OPTIONAL, ROWS (where), read_where, NULL },
  { "set", KEY_REQUIRED, ROWS (set), read_named_transforms, NULL },
  END_OF_KEYS,
};

const OperationReader UPDATE_ROWS_READER
    = { OPERATION_UPDATE_ROWS, { "'update_rows'", UPDATE_ROWS_LIST, NULL }, NULL };

static const Key DELETE_ROWS_LIST[] = {
  { "where", KEY_OPTIONAL, ROWS (where), read_where, NULL },
  END_OF_KEYS,
};

const OperationReader DELETE_ROWS_READER
    = { OPERATION_DELETE_ROWS, { "'delete_rows'", DELETE_ROWS_LIST, NULL }, NULL };

/* ---- backfill ---- */

#define BACKFILL(member) OPERATION_FIELD (backfill.member)

static const Key BACKFILL_LIST[] = {
  { "column", KEY_REQUIRED, offsetof (OperationDraft, column), read_node, NULL },
  { "from", KEY_OPTIONAL, offsetof (OperationDraft, from), read_node, NULL },
  { "transform", KEY_OPTIONAL, BACKFILL (transform), read_transform, NULL },
  { "where", KEY_OPTIONAL, BACKFILL (where), read_where, NULL },
  END_OF_KEYS,
};

static void
finish_backfill (Reader *reader, OperationDraft *draft)
{
  Backfill *backfill = &draft->operation.backfill;

  reader->what = "column";
  if (reader->in_step || draft->column->kind == NODE_SCALAR)
    read_names (reader, draft->column, &backfill->columns, NULL);
  else
    reader_expected (reader, draft->column, "the name of one column");
  if (draft->from != NULL)
    load_from (reader, draft->from, &backfill->from, &backfill->lookup);
}

const OperationReader BACKFILL_READER
    = { OPERATION_BACKFILL, { "'backfill'", BACKFILL_LIST, NULL }, finish_backfill };

/* ---- sql ---- */

static const Key SQL_LIST[] = {
  { "phase", KEY_REQUIRED | KEY_IN_CHANGE, OPERATION_FIELD (phase), read_step_phase,
    NULL },
  { "forward", KEY_REQUIRED, OPERATION_FIELD (sql.forward), read_engine_text, NULL },
  { "rollback", KEY_OPTIONAL, OPERATION_FIELD (sql.rollback), read_engine_text, NULL },
  { "verify", KEY_OPTIONAL, OPERATION_FIELD (sql.verify), read_engine_text, NULL },
  END_OF_KEYS,
};

const OperationReader SQL_READER = { OPERATION_SQL, { "'sql'", SQL_LIST, NULL }, NULL };
