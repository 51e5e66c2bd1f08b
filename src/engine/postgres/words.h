/* SPDX-License-Identifier: Apache-2.0
 *
 * How PostgreSQL says what the steps of rows are put together of.
 */
#pragma once

#include "engine/postgres/expression.h"

extern const SqlWords postgres_words;

/* "a IS NOT DISTINCT FROM b", as a file means it, for which 1.0 is 1.00; @differs: the
 * opposite */
const char *postgres_equal (const TypeSpec *type, const char *a, const char *b,
                            gboolean differs, Arena *arena);

/* The same of what is stored, in which 1.0 and 1.00 may be two values. */
const char *postgres_alike (const TypeSpec *type, const char *a, const char *b,
                            gboolean differs, Arena *arena);
