/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations on constraints and indexes.
 *
 * The default name of an added constraint holds the table's, so they are put together
 * once the table is known: see default_table().
 */
#include "config.h"

#include "load/load_operation.h"
#include "load/load_transform.h"
#include "load/scalar.h"

#define CHANGE(member) OPERATION_FIELD (constraint.member)

static const Word ORPHANS[] = { { "error", ORPHANS_ERROR },
                                { "set_null", ORPHANS_SET_NULL },
                                { "delete", ORPHANS_DELETE },
                                { NULL, 0 } };

static const Word KEEPS[] = { { "lowest", DUPLICATES_KEEP_LOWEST },
                              { "highest", DUPLICATES_KEEP_HIGHEST },
                              { NULL, 0 } };

static const Key DUPLICATES_LIST[] = {
  { "keep", KEY_REQUIRED, offsetof (Repairs, duplicates), read_word, KEEPS },
  { "by", KEY_REQUIRED, offsetof (Repairs, duplicates_by), read_name, NULL },
  END_OF_KEYS,
};

const KeyTable DUPLICATES_KEYS = { "'duplicates'", DUPLICATES_LIST, NULL };

#define REPAIR_ROWS                                                                    \
  { "repair", KEY_OPTIONAL, CHANGE (repairs.repairs), read_named_transforms, NULL },   \
      { "orphans", KEY_OPTIONAL, CHANGE (repairs.orphans), read_word, ORPHANS },       \
  {                                                                                    \
    "duplicates", KEY_OPTIONAL, offsetof (OperationDraft, duplicates), read_node, NULL \
  }

static const char *
default_table (const Reader *reader, const OperationDraft *draft)
{
  if (draft->operation.table != NULL)
    return draft->operation.table;
  return reader->current_tables->len == 1 ? g_ptr_array_index (reader->current_tables, 0)
                                          : NULL;
}

static void
check_repairs (Reader *reader, const OperationDraft *draft)
{
  const ConstraintChange *change = &draft->operation.constraint;
  ConstraintKind kind = change->constraint->kind;

  if (node_get (draft->node, "orphans") != NULL && kind != CONSTRAINT_FOREIGN_KEY)
    reader_error (reader, node_get (draft->node, "orphans"), NULL,
                  "'orphans' goes with a foreign key only");
  if (draft->duplicates != NULL && kind != CONSTRAINT_UNIQUE
      && kind != CONSTRAINT_PRIMARY_KEY)
    reader_error (reader, draft->duplicates, NULL,
                  "'duplicates' goes with 'unique' and 'primary_key' only");
}

static void
load_the_constraint (Reader *reader, OperationDraft *draft)
{
  ConstraintChange *change = &draft->operation.constraint;

  change->constraint = load_constraint_finish (reader, draft->node, &draft->constraint,
                                               default_table (reader, draft));
  if (draft->duplicates != NULL)
    reader_mapping (reader, draft->duplicates, &DUPLICATES_KEYS, &change->repairs);
  if (change->constraint != NULL)
    check_repairs (reader, draft);
}

/* ---- add, replace, repair ---- */

static const Key ADD_CONSTRAINT_LIST[] = {
  REPAIR_ROWS,
  { "if_exists", KEY_OPTIONAL, CHANGE (if_exists), read_word, CONFLICT_WORDS },
  END_OF_KEYS,
};

const OperationReader ADD_CONSTRAINT_READER
    = { OPERATION_ADD_CONSTRAINT,
        { "'add_constraint'", ADD_CONSTRAINT_LIST, CONSTRAINT_KEY_LIST },
        load_the_constraint };

static const Key REPLACE_CONSTRAINT_LIST[] = {
  { "replaces", KEY_OPTIONAL, CHANGE (name), read_name, NULL },
  REPAIR_ROWS,
  END_OF_KEYS,
};

static void
finish_replace (Reader *reader, OperationDraft *draft)
{
  ConstraintChange *change = &draft->operation.constraint;

  load_the_constraint (reader, draft);
  if (change->constraint != NULL && change->name == NULL)
    change->name = change->constraint->name;
}

const OperationReader REPLACE_CONSTRAINT_READER
    = { OPERATION_REPLACE_CONSTRAINT,
        { "'replace_constraint'", REPLACE_CONSTRAINT_LIST, CONSTRAINT_KEY_LIST },
        finish_replace };

static const Key REPAIR_LIST[] = {
  { "not_null", KEY_OPTIONAL, offsetof (ConstraintDraft, not_null), read_name, NULL },
  REPAIR_ROWS,
  END_OF_KEYS,
};

const OperationReader REPAIR_READER = { OPERATION_REPAIR,
                                        { "'repair'", REPAIR_LIST, CONSTRAINT_KEY_LIST },
                                        load_the_constraint };

/* ---- drop, rename ---- */

static const Key DROP_CONSTRAINT_LIST[] = {
  { "name", KEY_REQUIRED, CHANGE (name), read_name, NULL },
  { "backward", KEY_OPTIONAL, CHANGE (backward), read_named_transforms, NULL },
  { "if_missing", KEY_OPTIONAL, CHANGE (if_missing), read_word, CONFLICT_WORDS },
  END_OF_KEYS,
};

const OperationReader DROP_CONSTRAINT_READER = {
  OPERATION_DROP_CONSTRAINT, { "'drop_constraint'", DROP_CONSTRAINT_LIST, NULL }, NULL
};

static const Key RENAME_CONSTRAINT_LIST[] = {
  { "from", KEY_REQUIRED, CHANGE (name), read_name, NULL },
  { "to", KEY_REQUIRED, CHANGE (to), read_name, NULL },
  END_OF_KEYS,
};

const OperationReader RENAME_CONSTRAINT_READER
    = { OPERATION_RENAME_CONSTRAINT,
        { "'rename_constraint'", RENAME_CONSTRAINT_LIST, NULL },
        NULL };

/* ---- indexes ---- */

static const Key CREATE_INDEX_LIST[] = {
  { "if_exists", KEY_OPTIONAL, OPERATION_FIELD (index.if_exists), read_word,
    CONFLICT_WORDS },
  END_OF_KEYS,
};

static void
finish_create_index (Reader *reader, OperationDraft *draft)
{
  const char *table = default_table (reader, draft);

  draft->operation.index.index
      = load_index_finish (reader, draft->node, &draft->index, table);
}

const OperationReader CREATE_INDEX_READER
    = { OPERATION_CREATE_INDEX,
        { "'create_index'", INDEX_KEY_LIST, CREATE_INDEX_LIST },
        finish_create_index };

static const Key DROP_INDEX_LIST[] = {
  { "name", KEY_REQUIRED, OPERATION_FIELD (index.name), read_name, NULL },
  { "if_missing", KEY_OPTIONAL, OPERATION_FIELD (index.if_missing), read_word,
    CONFLICT_WORDS },
  END_OF_KEYS,
};

const OperationReader DROP_INDEX_READER
    = { OPERATION_DROP_INDEX, { "'drop_index'", DROP_INDEX_LIST, NULL }, NULL };
