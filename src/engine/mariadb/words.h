/* SPDX-License-Identifier: Apache-2.0
 *
 * Words: names, values and types written for MariaDB.
 *
 * They mean the same in our session and in triggers, which keep the sql_mode of the
 * session that makes them: a backslash escapes.
 */
#pragma once

#include "model/type.h"

/* "`na``me`" */
const char *maria_name (Arena *arena, const char *name);

/* "`a`, `b`". @prefix: before each */
const char *maria_names (Arena *arena, const char *prefix, const char *const *names);

/* 'it\'s' */
const char *maria_quote (Arena *arena, const char *text);

/* An operand that has exactly the value in a column of that type. */
const char *maria_literal (Arena *arena, const TypeSpec *type, const Value *value);

/* "VARCHAR(80)" */
const char *maria_type (Arena *arena, const TypeSpec *type);

/* "a <=> b" by exact value, whatever the collations; @differs: the opposite */
const char *maria_same (Arena *arena, const TypeSpec *type, const char *a, const char *b,
                        gboolean differs);
