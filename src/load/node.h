/* SPDX-License-Identifier: Apache-2.0
 *
 * Node: a YAML document as a tree with places.
 *
 * Built from libyaml's events.  Nodes are compact and are linked: in a mapping a key is
 * followed by its value.  An alias is a node of its own that shares what its anchor
 * holds.  The tree of a document that gave no finding has scalar keys only, none twice,
 * no merge key, and is at most LOAD_MAX_DEPTH deep.
 */
#pragma once

#include "model/arena.h"
#include "model/column.h"
#include "model/diagnostic.h"

typedef enum
{
  NODE_SCALAR,
  NODE_SEQUENCE,
  NODE_MAPPING,
} NodeKind;

typedef struct Node Node;

struct Node
{
  Node *next; /* sibling */
  union
  {
    const char *text; /* scalar: NUL-ended, may hold NULs before that */
    Node *first;      /* sequence: items; mapping: key, value, key, … */
  };
  guint length; /* scalar: bytes; sequence: items; mapping: entries */
  guint line;
  guint column;
  guint8 kind;         /* NodeKind */
  guint8 plain;        /* scalar: neither quoted nor a block */
  guint8 binary : 1;   /* scalar: tagged !!binary */
  guint8 streamed : 1; /* sequence: its items went to a NodeStream and are not here */
  guint8 layout : 2;   /* scalar: TextLayout */
  guint8 indentation;  /* scalar: spaces before each line of a block */
};

/* Takes the rows of a table while they are read, so that they never are all in the
 * tree. */
typedef struct
{
  /* @mapping: a table, up to the key `rows`.
   * Returns: what to call row() with; NULL to have the rows in the tree */
  gpointer (*begin) (gpointer data, const Node *mapping);
  /* @row lives until the call returns. */
  void (*row) (gpointer rows, const Node *row);
  gpointer data;
} NodeStream;

/**
 * node_parse:
 * @path: what findings call the file
 * @arena: gets the tree
 * @stream: (nullable): takes seed rows
 * @diagnostics: gets every finding
 *
 * Returns: (nullable): the root, NULL when the bytes are no YAML document
 */
const Node *node_parse (const char *path, const char *bytes, gsize length, Arena *arena,
                        const NodeStream *stream, DiagnosticList *diagnostics);

/* The value of @key in a mapping, or NULL. */
const Node *node_get (const Node *mapping, const char *key);

/* Whether a scalar's text is @text. */
gboolean node_is_text (const Node *node, const char *text);

/* The place of the first character of a scalar's text, as far as its layout tells. */
void node_text_place (const Node *node, guint *line, guint *column);

/* Plain `null`, `~` and nothing. */
gboolean node_is_null (const Node *node);

#define NODE_FOREACH_ITEM(item, sequence) \
  for (const Node *item = (sequence)->first; item != NULL; item = item->next)

#define NODE_FOREACH_ENTRY(key, mapping) \
  for (const Node *key = (mapping)->first; key != NULL; key = key->next->next)
