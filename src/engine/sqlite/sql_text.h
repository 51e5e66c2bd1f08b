/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL text: the only place where names and values become SQL.
 *
 * What it writes needs no bind parameters, which a trigger cannot have, and means the
 * same in a database of any encoding.
 */
#pragma once

#include "model/type.h"

/* "na""me" */
void sqlite_append_identifier (GString *sql, const char *name);

/**
 * sqlite_append_literal:
 * @type: the type of @value; only a BLOB is told from text by it
 *
 * Appends an operand that has exactly the value: 'it''s', x'00ff', 42, 0.1, NULL.  A
 * DOUBLE that some version of SQLite might read as its neighbour is written as a whole
 * number times powers of two.
 */
void sqlite_append_literal (GString *sql, const TypeSpec *type, const Value *value);

/* The same, in @arena. */
const char *sqlite_identifier (Arena *arena, const char *name);
const char *sqlite_literal (Arena *arena, const TypeSpec *type, const Value *value);

/* A text literal. */
const char *sqlite_text_literal (Arena *arena, const char *text);
