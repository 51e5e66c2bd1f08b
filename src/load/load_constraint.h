/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints and indexes of a file.
 */
#pragma once

#include "load/reader.h"
#include "model/constraint.h"

typedef struct
{
  Constraint constraint;
  const Node *check;
  const char *const *unique;
  const char *const *primary_key;
  const char *const *foreign_key;
  const char *not_null;
  const Node *references;
} ConstraintDraft;

extern const KeyTable CONSTRAINT_KEYS;
extern const KeyTable CHECK_KEYS;
extern const KeyTable REFERENCES_KEYS;
extern const KeyTable INDEX_KEYS;
extern const KeyTable INDEX_PART_KEYS;

/* The rows of a KeyTable for a struct that starts with a ConstraintDraft. */
extern const Key CONSTRAINT_KEY_LIST[];

/**
 * load_constraint_finish:
 * @node: what was read into @draft
 * @table: the table, for a default name; or NULL
 *
 * Returns: (nullable): the constraint; NULL with findings
 */
const Constraint *load_constraint_finish (Reader *reader, const Node *node,
                                          ConstraintDraft *draft, const char *table);

const Constraint *load_constraint (Reader *reader, const Node *node, const char *table);

typedef struct
{
  Index index;
  const Node *columns;
} IndexDraft;

extern const Key INDEX_KEY_LIST[];

const Index *load_index_finish (Reader *reader, const Node *node, IndexDraft *draft,
                                const char *table);
const Index *load_index (Reader *reader, const Node *node, const char *table);
