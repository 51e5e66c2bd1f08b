/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes and steps of a file.
 *
 * Each OperationKind has one OperationReader: its keys, and what has to be looked at once
 * all of them are read.  Adding an operation is a row in the table of load_operation.c.
 */
#pragma once

#include "load/load_constraint.h"
#include "load/load_table.h"
#include "load/load_type.h"
#include "load/reader.h"
#include "model/operation.h"

/* An operation while its keys are read. */
typedef struct
{
  /* Must be first: their lists of keys are shared. */
  union
  {
    ConstraintDraft constraint;
    IndexDraft index;
    TableDraft table;
  };
  Operation operation;
  const Node *node; /* the mapping behind the operation's key */
  TypeDraft type;
  const Node *column;
  const Node *columns;
  const Node *from;
  const Node *into;
  const Node *backward;
  const Node *split;
  const Node *duplicates;
  const Transform *transform;
  const char *name; /* drop_table, rename_table */
} OperationDraft;

typedef struct
{
  OperationKind kind;
  KeyTable keys;
  void (*finish) (Reader *reader, OperationDraft *draft); /* or NULL */
} OperationReader;

/* Adds what `change:` or `steps:` holds to @operations. */
void load_changes (Reader *reader, const Node *node, GPtrArray *operations);
void load_steps (Reader *reader, const Node *node, GPtrArray *operations);

/* @field: const Allow * */
void read_allow (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* The table that is meant where none is named.  Returns: NULL with a finding */
const char *only_table (Reader *reader, const Node *node);

/* A finding unless the table is one that may be named here. */
void check_table (Reader *reader, const char *table, Location location);

/* The other files' rows of the table. */
extern const OperationReader ADD_COLUMN_READER, RENAME_COLUMN_READER, ALTER_COLUMN_READER,
    DROP_COLUMN_READER, RELAX_COLUMN_READER, SPLIT_COLUMN_READER, MERGE_COLUMNS_READER,
    SWAP_COLUMN_READER, END_SYNC_READER, SPLIT_TABLE_READER, CREATE_TABLE_READER,
    DROP_TABLE_READER, RENAME_TABLE_READER, ALIAS_TABLE_READER, COPY_ROWS_READER,
    ADD_CONSTRAINT_READER, DROP_CONSTRAINT_READER, REPLACE_CONSTRAINT_READER,
    RENAME_CONSTRAINT_READER, REPAIR_READER, CREATE_INDEX_READER, DROP_INDEX_READER,
    INSERT_ROWS_READER, UPDATE_ROWS_READER, DELETE_ROWS_READER, BACKFILL_READER,
    SQL_READER;

/* All of them by kind. */
extern const OperationReader *const OPERATION_READERS[N_OPERATION_KINDS];

/* The keys beside an operation's own, and those of the mappings within. */
extern const KeyTable CHANGE_KEYS;
extern const KeyTable STEP_KEYS;
extern const KeyTable ALLOW_KEYS;
extern const KeyTable LOOKUP_KEYS;
extern const KeyTable ADDITION_KEYS;
extern const KeyTable SPLIT_KEYS;
extern const KeyTable DUPLICATES_KEYS;

/* The KeyReader of a `from`: names, or a lookup in another table. */
void load_from (Reader *reader, const Node *node, const char *const **names,
                const Lookup **lookup);

#define OPERATION_FIELD(member) offsetof (OperationDraft, operation.member)
#define END_OF_KEYS                   \
  {                                   \
    NULL, KEY_OPTIONAL, 0, NULL, NULL \
  }
