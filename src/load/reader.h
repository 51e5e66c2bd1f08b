/* SPDX-License-Identifier: Apache-2.0
 *
 * Reader: what the functions that turn nodes into the model share, and the tables of
 * keys that drive them.
 *
 * A mapping of the file is described by a KeyTable: one Key a key, each with the function
 * that reads its value into a field.  To add a key is to add a row.
 */
#pragma once

#include "load/load.h"
#include "load/node.h"

typedef struct
{
  Arena *arena; /* the migration's */
  const char *path;
  DiagnosticList *diagnostics;
  guint n_errors;
  gboolean in_step;        /* under `steps:`, not `change:` */
  const char *what;        /* the key that is being read, for messages */
  GPtrArray *known_tables; /* const char *: those that may be named here */
  GPtrArray
      *current_tables;    /* const char *: those an operation without `table:` may mean */
  gboolean tables_unsure; /* some table has no name: say nothing about unknown ones */
  GHashTable *prepared;   /* const Node * of a table → TableDraft, see load_table.h */
} Reader;

/**
 * KeyReader:
 * @value: what stands behind the key
 * @field: where the result goes
 * @data: the key's own, such as a table of words
 *
 * Adds a finding and leaves @field alone when @value is wrong.
 */
typedef void (*KeyReader) (Reader *reader, const Node *value, gpointer field,
                           gconstpointer data);

typedef enum
{
  KEY_OPTIONAL = 0,
  KEY_REQUIRED = 1 << 0,
  KEY_IN_STEP = 1 << 1,   /* only there */
  KEY_IN_CHANGE = 1 << 2, /* only there */
} KeyFlags;

typedef struct
{
  const char *name;
  KeyFlags flags;
  gsize offset; /* of the field */
  KeyReader read;
  gconstpointer data;
} Key; /* lists end with a NULL name; they are read in their order */

typedef struct
{
  const char *noun; /* for messages: "a column" */
  const Key *keys;
  const Key *more; /* further keys that other mappings have too; or NULL */
} KeyTable;

/**
 * reader_mapping:
 * Reads the mapping @node key by key into @target; unknown and missing keys and what is
 * no mapping are findings.
 *
 * Returns: whether no error was added
 */
gboolean reader_mapping (Reader *reader, const Node *node, const KeyTable *table,
                         gpointer target);

/* Adds an error at @node. */
void reader_error (Reader *reader, const Node *node, const char *help, const char *format,
                   ...) G_GNUC_PRINTF (4, 5);
void reader_error_at (Reader *reader, Location location, const char *help,
                      const char *format, ...) G_GNUC_PRINTF (4, 5);

/* "'<key>' must be <expected>, not 'abc'" */
void reader_expected (Reader *reader, const Node *node, const char *expected);

/* Adds the message of @error and frees it. */
void reader_take_error (Reader *reader, Location location, const char *prefix,
                        GError *error);

/* Whether @node is of @kind and of a reasonable length; a finding if not. */
gboolean reader_want (Reader *reader, const Node *node, NodeKind kind);

/* As reader_want() for a sequence with at least one item. */
gboolean reader_want_items (Reader *reader, const Node *node);

/* "did you mean 'x'?" in the arena; NULL when nothing is near. */
const char *reader_suggest (Reader *reader, const char *text, const char *const *names);

Location reader_location (const Reader *reader, const Node *node);

/* A scalar's text, shortened for a message; "a list", "a mapping", "null". */
const char *reader_show (Reader *reader, const Node *node);

/* The names of the keys that may stand here, NULL-ended, (transfer container). */
const char **key_table_names (const Reader *reader, const KeyTable *table);

/* `{ type: DECIMAL(10,2) }` reads as the keys `type` and `2)`.  The reader of the type
 * says so; the second half, @key, is no finding of its own.
 * @open: FALSE at first; to be called for each key in turn */
gboolean node_is_split_tail (const Node *key, gboolean *open);

/* Whether further findings would not be shown: no need to make much of them. */
gboolean reader_is_full (const Reader *reader);
