/* SPDX-License-Identifier: Apache-2.0
 *
 * Excerpt: the line of a file that a message speaks of, with a caret under the place.
 */
#pragma once

#include "model/diagnostic.h"

/* The text of a file and where its last line asked for begins: messages come in the
 * order of their places, so a file is read through once. */
typedef struct
{
  const char *bytes;
  gsize length;
  guint line; /* the number of the line at @offset; 0: nothing asked yet */
  gsize offset;
} SourceText;

/* @source: may be NULL, and then there are no excerpts. */
SourceText source_text (GBytes *source);

/* Appends two lines, or nothing when the place is unknown or not in the text. */
void excerpt_append (GString *out, SourceText *text, const Location *location,
                     gboolean color);
