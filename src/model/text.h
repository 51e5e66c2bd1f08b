/* SPDX-License-Identifier: Apache-2.0
 *
 * Text: UTF-8 as column types see it, and values as messages show them.
 */
#pragma once

#include <glib.h>

/* Whether the bytes are UTF-8 without NUL, which PostgreSQL cannot hold. */
gboolean text_is_valid (const char *bytes, gsize length);

/* Returns: why text_is_valid() is FALSE */
const char *text_problem (const char *bytes, gsize length);

/* Characters of valid text. */
gsize text_characters (const char *bytes, gsize length);

/* @length without the spaces (U+0020) at the end. */
gsize text_chomp (const char *bytes, gsize length);

/* The place of @needle, which is not empty.  Returns: NULL when it is not there */
const char *text_find (const char *bytes, gsize length, const char *needle);
const char *text_find_last (const char *bytes, gsize length, const char *needle);

/**
 * text_excerpt:
 * Returns: (transfer full): any bytes as one line of a message: in quotes,
 *   shortened, what cannot be printed escaped
 */
char *text_excerpt (const char *bytes, gsize length);

/**
 * text_line_break_length:
 * @at: at least one byte
 * @length: how many there are, or that many and a NUL in reach
 *
 * Lines end as libyaml counts them: at LF, CR, CR LF, NEL, LS and PS.
 *
 * Returns: the bytes of the line break that begins at @at; 0 when none does
 */
gsize text_line_break_length (const char *at, gsize length);
