/* SPDX-License-Identifier: Apache-2.0
 *
 * Mentions: the names of tables, columns, constraints and indexes something speaks of.
 */
#pragma once

#include "model/operation.h"

/* Returns: (transfer full): const char *, borrowed from the operation; its own table is
 * not among them unless it makes, drops or renames it */
GPtrArray *mentions_of_operation (const Operation *operation);

GPtrArray *mentions_of_table (const Table *table);
