/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables of a file.
 */
#pragma once

#include "load/load_rows.h"
#include "load/reader.h"
#include "model/table.h"

extern const KeyTable TABLE_KEYS;

/* A table whose columns were read as soon as its `rows:` began. */
typedef struct
{
  Table *table;
  RowReader *rows;
} PreparedTable;

void prepared_table_free (PreparedTable *prepared);

/* What a NodeStream calls; @data: Reader. */
gpointer load_table_begin_rows (gpointer data, const Node *mapping);
void load_table_row (gpointer rows, const Node *row);

/* @extra: further keys of @target, which starts with a TableDraft; or NULL.
 * Returns: (nullable) (transfer full): the table, NULL when not even a name is known */
Table *load_table (Reader *reader, const Node *node);

typedef struct
{
  const char *name;
  const Node *columns;
  const Node *constraints;
  const Node *indexes;
  const Node *rows;
} TableDraft;

extern const Key TABLE_KEY_LIST[];

Table *load_table_finish (Reader *reader, const Node *node, const TableDraft *draft);
