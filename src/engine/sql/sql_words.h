/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlWords: which words and names a text of SQL has.
 */
#pragma once

#include <glib.h>

/* Adds them to @words, in small letters and new strings; strings, numbers and comments of
 * the SQL are none.  @engine: "postgres" */
void sql_words_add (GHashTable *words, const char *text, const char *engine);
