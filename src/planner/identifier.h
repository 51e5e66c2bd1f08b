/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that every engine takes: 1 to 63 bytes.
 */
#pragma once

#include "model/generated_name.h"
#include "planner/expansion.h"

/**
 * identifier_check_operation:
 * Returns: FALSE with an error when a name of expansion->change is no identifier
 */
gboolean identifier_check_operation (Expansion *expansion);

/* The same for every name of the declared table. */
gboolean identifier_check_table (const Table *table, DiagnosticList *diagnostics);

/**
 * identifier_generate:
 * Returns: @prefix and @name in one identifier, as generated_name() has it
 */
const char *identifier_generate (Arena *arena, const char *prefix, const char *name);
