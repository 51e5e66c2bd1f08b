/* SPDX-License-Identifier: Apache-2.0
 *
 * Excerpt: the line of a file that a message speaks of, with a caret under the place.
 */
#pragma once

#include "model/diagnostic.h"

/* The text of a file and the place in it that was asked for last: messages come in the
 * order of their places, so a file, and a long line of it, is read through once. */
typedef struct
{
  const char *bytes;
  gsize length;
  guint line; /* the number of the line at @offset; 0: nothing asked yet */
  gsize offset;
  gsize line_length; /* of that line, once it is known: @has_length */
  gboolean has_length;
  guint n_chars; /* characters of the line before the byte @n_bytes of it */
  gsize n_bytes;
} SourceText;

/* @source: may be NULL, and then there are no excerpts. */
SourceText source_text (GBytes *source);

/* Appends two lines, or nothing when the place is unknown or not in the text. */
void excerpt_append (GString *out, SourceText *text, const Location *location,
                     gboolean color);
