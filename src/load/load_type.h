/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types of a file: a word with sizes as keys beside it, or all in one text.
 */
#pragma once

#include "load/reader.h"
#include "model/type.h"

/* The keys that make a type, before they are put together. */
typedef struct
{
  const Node *type;
  const Node *length;
  const Node *precision;
  const Node *scale;
  const Node *values;
} TypeDraft;

/* Keeps the node itself.  @field: const Node * */
void read_node (Reader *reader, const Node *node, gpointer field, gconstpointer data);

/* The rows of a KeyTable for a struct with a TypeDraft @member. */
#define TYPE_SIZE_KEYS(Struct, member)                                             \
  { "length", KEY_OPTIONAL, offsetof (Struct, member.length), read_node, NULL },   \
      { "precision", KEY_OPTIONAL, offsetof (Struct, member.precision), read_node, \
        NULL },                                                                    \
      { "scale", KEY_OPTIONAL, offsetof (Struct, member.scale), read_node, NULL }, \
  {                                                                                \
    "values", KEY_OPTIONAL, offsetof (Struct, member.values), read_node, NULL      \
  }

/* Returns: whether @type was read; findings if not */
gboolean load_type (Reader *reader, const TypeDraft *draft, TypeSpec *type);

/* A type in one text.  @field: TypeSpec */
gboolean load_type_text (Reader *reader, const Node *node, TypeSpec *type);
