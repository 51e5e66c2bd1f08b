/* SPDX-License-Identifier: Apache-2.0
 *
 * Vector: the cells of one column, shared by reference and copied on write.
 *
 * A vector that several tables share is never changed: vector_writable() gives
 * the only owner the vector itself and everybody else a copy.  A constant
 * column is stored once, whatever its length.
 */
#pragma once

#include <glib.h>

#include "model/value.h"

typedef struct Vector Vector;

/* @kind: VALUE_INTEGER, VALUE_DOUBLE or VALUE_TEXT; cells may be null. */
Vector *vector_new (ValueKind kind);

/* @n_rows times @value, stored once; @value's text is copied. */
Vector *vector_new_constant (ValueKind kind, const Value *value, gsize n_rows);

/* @start, @start + 1, …; the last one must be a gint64. */
Vector *vector_new_sequence (gint64 start, gsize n_rows);

/* The @n values in turns, each text stored once. */
Vector *vector_new_cycle (ValueKind kind, const Value *values, gsize n, gsize n_rows);

Vector *vector_ref (Vector *vector);
void vector_unref (Vector *vector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vector, vector_unref)

ValueKind vector_kind (const Vector *vector);
gsize vector_length (const Vector *vector);
gsize vector_size (const Vector *vector); /* bytes held, for tests and bench */

/**
 * vector_get:
 * Returns: the cell; its text is borrowed until the vector is next written
 */
Value vector_get (const Vector *vector, gsize row);

gboolean vector_has_null (const Vector *vector);
gboolean vector_is_all_null (const Vector *vector); /* so is an empty one */

/* value_mix_hash() of every cell into the element of @hashes for its row. */
void vector_mix_hashes (const Vector *vector, guint32 *hashes);

/**
 * vector_strictly_increasing:
 * Returns: whether the cells are integers, none null, each larger than the one
 *   before: a cheap proof of uniqueness
 */
gboolean vector_strictly_increasing (const Vector *vector);

/**
 * vector_writable:
 * @vector: (inout): a reference; replaced by a private copy when shared
 */
Vector *vector_writable (Vector **vector);

/* These three need a vector that only the caller owns; text is copied in, and may be a
 * cell of the same vector.  A null value may be appended to any kind.  The texts of a
 * vector may take 1 TiB, so memory ends before they do. */
void vector_append (Vector *vector, const Value *value);
void vector_set (Vector *vector, gsize row, const Value *value);
void vector_reserve (Vector *vector, gsize n_rows);

/* For text: makes room for @length bytes at the end and gives the place to fill. */
char *vector_append_text (Vector *vector, gsize length);

/**
 * vector_pick:
 * Returns: a new vector of the given rows, in the order given
 */
Vector *vector_pick (const Vector *vector, const gsize *rows, gsize n_rows);

/* Same length and the same cells; TRUE at once for the same vector. */
gboolean vector_equal (const Vector *a, const Vector *b);
