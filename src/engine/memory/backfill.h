/* SPDX-License-Identifier: Apache-2.0
 *
 * Backfill: fills columns over all rows, touching only those that are out of step.
 */
#pragma once

#include "engine/memory/write.h"
#include "model/operation.h"

/* Returns: FALSE with an error that names the row that does not convert */
gboolean backfill_run (Writer *writer, const Operation *operation, GError **error);

/* Casts every cell of the column to another type (alter_column in place). */
gboolean backfill_cast (Table *table, guint column, const TypeSpec *to, GError **error);
