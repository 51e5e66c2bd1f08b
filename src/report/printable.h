/* SPDX-License-Identifier: Apache-2.0
 *
 * Printable: text of a file as it may go to a terminal.
 *
 * Names and values of a migration file are somebody else's bytes: a control character
 * in them must not move the cursor, an invalid byte not break the line, a change of
 * writing direction not hide what follows.
 */
#pragma once

#include <glib.h>

/* Whether the character can be shown as it is. */
gboolean printable_char (gunichar c);

/* Appends @length bytes of @text (-1: up to its NUL); "\n", "\x1b", "\u{202e}" stand for
 * what cannot be shown. */
void printable_append (GString *out, const char *text, gssize length);
char *printable_dup (const char *text); /* transfer full */

/* Columns that printable text takes on a terminal. */
guint printable_width (const char *text);

/**
 * printable_append_padded:
 * Appends printable @text and spaces up to @width columns; longer text is cut and ends
 * in "…".
 */
void printable_append_padded (GString *out, const char *text, guint width);

/* The printable form of @length bytes, at most @width columns. */
char *printable_cut (const char *text, gssize length, guint width);
