/* SPDX-License-Identifier: Apache-2.0
 *
 * Literal: a scalar of the file whose column, and so whose type, is not known
 * while it is read.
 */
#pragma once

#include "model/diagnostic.h"
#include "model/type.h"

typedef struct
{
  const char *text; /* NUL-ended; may hold NULs before that */
  gsize length;
  gboolean plain;  /* written without quotes */
  gboolean binary; /* written as `!!binary`; @text is the base64 */
  Location location;
} Literal;

/* The same bytes written the same way as far as that matters: both null, both binary. */
gboolean literal_equal (const Literal *a, const Literal *b);

/* Plain `null`, `~` and nothing are NULL. */
gboolean literal_is_null (const Literal *literal);

/**
 * literal_resolve:
 * Reads @literal as a value of @type; `null` gives a null value.
 */
gboolean literal_resolve (const Literal *literal, const TypeSpec *type, Arena *arena,
                          Value *value, GError **error);
