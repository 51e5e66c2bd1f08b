/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of all tables of keys.
 */
#include "config.h"

#include "load/load_keys.h"

#include "load/load_client.h"
#include "load/load_column.h"
#include "load/load_operation.h"
#include "load/load_transform.h"

const LoadKeys LOAD_KEYS[] = {
  { "", &FILE_KEYS, FALSE },
  { "table", &TABLE_KEYS, FALSE },
  { "column", &COLUMN_KEYS, FALSE },
  { "constraint", &CONSTRAINT_KEYS, FALSE },
  { "check", &CHECK_KEYS, FALSE },
  { "references", &REFERENCES_KEYS, FALSE },
  { "index", &INDEX_KEYS, FALSE },
  { "index_column", &INDEX_PART_KEYS, FALSE },
  { "generate", &GENERATE_KEYS, FALSE },
  { "generator", &GENERATOR_KEYS, FALSE },
  { "change", &CHANGE_KEYS, FALSE },
  { "step", &STEP_KEYS, TRUE },
  { "allow", &ALLOW_KEYS, FALSE },
  { "lookup", &LOOKUP_KEYS, FALSE },
  { "addition", &ADDITION_KEYS, FALSE },
  { "split", &SPLIT_KEYS, TRUE },
  { "duplicates", &DUPLICATES_KEYS, FALSE },
  { "pad", &PAD_KEYS, FALSE },
  { "client", &CLIENT_KEYS, FALSE },
  { "client_column", &CLIENT_COLUMN_KEYS, FALSE },
  { NULL, NULL, FALSE },
};

const KeyTable *
load_operation_keys (OperationKind kind)
{
  return &OPERATION_READERS[kind]->keys;
}
