/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations on whole tables.
 */
#include "config.h"

#include "load/load_operation.h"
#include "load/scalar.h"

/* ---- split_table ---- */

static const Key SPLIT_TABLE_LIST[] = {
  { "to", KEY_REQUIRED, OPERATION_FIELD (split_table.to), read_table_name, NULL },
  { "columns", KEY_REQUIRED, OPERATION_FIELD (split_table.columns), read_name_list,
    NULL },
  { "key", KEY_REQUIRED, OPERATION_FIELD (split_table.key), read_names, NULL },
  END_OF_KEYS,
};

const OperationReader SPLIT_TABLE_READER
    = { OPERATION_SPLIT_TABLE, { "'split_table'", SPLIT_TABLE_LIST, NULL }, NULL };

/* ---- create_table ---- */

static const Key CREATE_TABLE_LIST[] = {
  { "if_exists", KEY_OPTIONAL, OPERATION_FIELD (create_table.if_exists), read_word,
    CONFLICT_WORDS },
  { "split", KEY_IN_STEP, offsetof (OperationDraft, split), read_node, NULL },
  END_OF_KEYS,
};

static const Key SPLIT_LIST[] = {
  { "columns", KEY_REQUIRED, offsetof (CreateTable, split_columns), read_name_list,
    NULL },
  { "key", KEY_REQUIRED, offsetof (CreateTable, split_key), read_names, NULL },
  END_OF_KEYS,
};

const KeyTable SPLIT_KEYS = { "'split'", SPLIT_LIST, NULL };

static void
finish_create_table (Reader *reader, OperationDraft *draft)
{
  CreateTable *create = &draft->operation.create_table;

  create->table = load_table_finish (reader, draft->node, &draft->table);
  if (draft->split != NULL)
    reader_mapping (reader, draft->split, &SPLIT_KEYS, create);
}

const OperationReader CREATE_TABLE_READER
    = { OPERATION_CREATE_TABLE,
        { "'create_table'", TABLE_KEY_LIST, CREATE_TABLE_LIST },
        finish_create_table };

/* ---- drop_table, rename_table, alias_table, copy_rows ---- */

static const Key DROP_TABLE_LIST[] = {
  { "name", KEY_OPTIONAL, offsetof (OperationDraft, name), read_table_name, NULL },
  { "if_missing", KEY_OPTIONAL, OPERATION_FIELD (drop_table.if_missing), read_word,
    CONFLICT_WORDS },
  END_OF_KEYS,
};

const OperationReader DROP_TABLE_READER
    = { OPERATION_DROP_TABLE, { "'drop_table'", DROP_TABLE_LIST, NULL }, NULL };

static const Key RENAME_TABLE_LIST[] = {
  { "name", KEY_OPTIONAL, offsetof (OperationDraft, name), read_table_name, NULL },
  { "to", KEY_REQUIRED, OPERATION_FIELD (rename_table.to), read_table_name, NULL },
  END_OF_KEYS,
};

const OperationReader RENAME_TABLE_READER
    = { OPERATION_RENAME_TABLE, { "'rename_table'", RENAME_TABLE_LIST, NULL }, NULL };

static const Key TO_LIST[] = {
  { "to", KEY_REQUIRED, OPERATION_FIELD (rename_table.to), read_table_name, NULL },
  END_OF_KEYS,
};

const OperationReader ALIAS_TABLE_READER
    = { OPERATION_ALIAS_TABLE, { "'alias_table'", TO_LIST, NULL }, NULL };

const OperationReader COPY_ROWS_READER
    = { OPERATION_COPY_ROWS, { "'copy_rows'", TO_LIST, NULL }, NULL };
