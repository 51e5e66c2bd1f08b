/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of a file.
 */
#pragma once

#include "load/reader.h"
#include "model/operation.h"

/* @field: const Transform * */
void read_transform (Reader *reader, const Node *node, gpointer field,
                     gconstpointer data);

/* A mapping column → transform.  @field: const NamedTransform * */
void read_named_transforms (Reader *reader, const Node *node, gpointer field,
                            gconstpointer data);

/* Whether it is the word `none`. */
gboolean node_is_none (const Node *node);

/* The list of the one @column with @transform. */
const NamedTransform *named_transform_one (Reader *reader, const char *column,
                                           const Node *node, const Transform *transform);

extern const KeyTable PAD_KEYS;

/* The names of the transforms that are a word alone, and of those that are a key with a
 * value; NULL-ended. */
extern const char *const TRANSFORM_WORDS[];
extern const char *const TRANSFORM_KEYS[];
