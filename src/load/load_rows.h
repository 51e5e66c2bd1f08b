/* SPDX-License-Identifier: Apache-2.0
 *
 * Seed rows: the rows a file gives for a table, read straight into its vectors.
 */
#pragma once

#include "load/reader.h"
#include "model/table.h"

typedef struct RowReader RowReader;

/* @table has its columns and no rows; @where says what findings are about when there is
 * no better place. */
RowReader *row_reader_new (Reader *reader, Table *table);
void row_reader_free (RowReader *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RowReader, row_reader_free)

/* Reads one row; @node may go afterwards. */
void row_reader_add (RowReader *rows, const Node *node);

/* Numbers the identities that were left out. */
void row_reader_finish (RowReader *rows);

/* `rows:` of a table, a list or `generate`. */
void load_rows (Reader *reader, const Node *node, Table *table);

/* `{ generate: N, values: {…} }` */
void load_generated_rows (Reader *reader, const Node *node, Table *table);

/* What a row that does not give the column holds.  Returns: FALSE when it has to be
 * given. */
gboolean column_absent_value (const Column *column, Value *value);

extern const KeyTable GENERATE_KEYS;
extern const KeyTable GENERATOR_KEYS;
