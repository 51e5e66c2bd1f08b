/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that every engine takes: 1 to 63 bytes.
 */
#pragma once

#include "planner/expansion.h"

/* PostgreSQL cuts names at 63 bytes without an error, which can make two of one. */
#define IDENTIFIER_MAX_BYTES 63

/**
 * identifier_check_operation:
 * Returns: FALSE with an error when a name of expansion->change is no identifier
 */
gboolean identifier_check_operation (Expansion *expansion);

/* The same for every name of the declared table. */
gboolean identifier_check_table (const Table *table, DiagnosticList *diagnostics);

/**
 * identifier_generate:
 * Returns: @prefix and @name in one identifier; too long a name is cut and ends in a hash
 *   of the whole, so that two of them stay two
 */
const char *identifier_generate (Arena *arena, const char *prefix, const char *name);
