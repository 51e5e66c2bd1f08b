/* SPDX-License-Identifier: Apache-2.0
 *
 * How PostgreSQL says what the steps of rows are put together of.
 */
#pragma once

#include "engine/postgres/expression.h"

extern const SqlWords postgres_words;

/* "a IS NOT DISTINCT FROM b", by exact value; @differs: the opposite */
const char *postgres_same (const TypeSpec *type, const char *a, const char *b,
                           gboolean differs, Arena *arena);
