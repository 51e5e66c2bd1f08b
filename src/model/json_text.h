/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON text: strict reading (RFC 8259) into one canonical text.
 *
 * The order of keys and the escapes are those PostgreSQL's jsonb prints, without its
 * spaces, so that what a database gives back has the same canonical text.
 */
#pragma once

#include <glib.h>

/* Deeper nesting is an error, so that no file can exhaust the stack. */
#define JSON_TEXT_DEPTH_MAX 64

/**
 * json_text_canonical:
 * @out: gets the canonical text; holds nonsense after an error
 *
 * Keys in order of length in bytes, then of bytes; of equal keys the last counts; no
 * space; only what must be is escaped.  Numbers keep every digit, zeros behind the
 * point too; an exponent is written out (1e2 is 100, and one beyond
 * ±DECIMAL_EXPONENT_MAX is an error), and no zero has a sign.  U+0000 is an error, as it
 * is for PostgreSQL.
 *
 * Returns: NULL, or what is wrong
 */
const char *json_text_canonical (const char *text, gsize length, GString *out);
