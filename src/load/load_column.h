/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of a file.
 */
#pragma once

#include "load/reader.h"
#include "model/column.h"

extern const KeyTable COLUMN_KEYS;

/* Returns: (nullable): the column; NULL with findings */
const Column *load_column (Reader *reader, const Node *node);

/* @field: const Column * */
void read_column (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* Checks that @literal is a value of @type.  Returns: FALSE with a finding */
gboolean load_value (Reader *reader, const Literal *literal, const TypeSpec *type,
                     const char *prefix, Value *value);
