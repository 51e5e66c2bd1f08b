/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed scalars: the KeyReaders for words, names, numbers, text, and lists of them.
 */
#pragma once

#include "load/reader.h"
#include "model/column.h"
#include "model/literal.h"
#include "model/phase.h"

/* A word of the file and what it stands for; lists end with a NULL text. */
typedef struct
{
  const char *text;
  int value;
} Word;

/* For `if_exists` and `if_missing`: error, skip. */
extern const Word CONFLICT_WORDS[];

void read_bool (Reader *reader, const Node *node, gpointer field, gconstpointer data);
void read_count (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* @data: const Word *; @field: of an enum */
void read_word (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* @field: const char * */
void read_name (Reader *reader, const Node *node, gpointer field, gconstpointer data);
void read_table_name (Reader *reader, const Node *node, gpointer field,
                      gconstpointer data);
void read_text (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* @field: const char *const *; a name alone is a list of one */
void read_names (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* The same, but it has to be a list. */
void read_name_list (Reader *reader, const Node *node, gpointer field,
                     gconstpointer data);

/* The names of engines. */
void read_engines (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* Text, or text per engine.  @field: const EngineText * */
void read_engine_text (Reader *reader, const Node *node, gpointer field,
                       gconstpointer data);

/* Text per engine only. */
void read_engine_map (Reader *reader, const Node *node, gpointer field,
                      gconstpointer data);

/* @field: const Literal * */
void read_literal (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* @field: const Literal *const * */
void read_literals (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* @field: MigrationPhase; one of those in which steps run */
void read_step_phase (Reader *reader, const Node *node, gpointer field,
                      gconstpointer data);

/* Borrows @node's text, which must outlive the literal. */
Literal literal_of_node (const Reader *reader, const Node *node);

/* The name that @node is; NULL with a finding when it is none. */
const char *scalar_name (Reader *reader, const Node *node);

/* The same of a table's, perhaps with its schema: each part is a name. */
const char *scalar_table_name (Reader *reader, const Node *node);

/* Whether scalar_table_name() would find nothing wrong. */
gboolean scalar_is_table_name (const Node *node);

/* A plain decimal integer. */
gboolean scalar_integer (const Node *node, gint64 *value);
