/* SPDX-License-Identifier: Apache-2.0
 *
 * How MariaDB says what the steps of rows are put together of.
 */
#pragma once

#include "engine/mariadb/expression.h"

extern const SqlWords mariadb_words;

/* "a <=> b" by exact value, whatever the collations; @differs: the opposite */
const char *mariadb_same (const TypeSpec *type, const char *a, const char *b,
                          gboolean differs, Arena *arena);
