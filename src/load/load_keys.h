/* SPDX-License-Identifier: Apache-2.0
 *
 * Every table of keys the loader knows, by the name that schema/migration.schema.json
 * has for it: a test keeps the two in step.
 */
#pragma once

#include "load/reader.h"
#include "model/operation.h"

typedef struct
{
  const char *definition; /* in the schema's `$defs`; "" is the schema itself */
  const KeyTable *keys;
  gboolean in_step;
} LoadKeys;

extern const LoadKeys LOAD_KEYS[]; /* ends with a NULL definition */

/* The keys of an operation, which differ between changes and steps. */
const KeyTable *load_operation_keys (OperationKind kind);

/* Top of the file. */
extern const KeyTable FILE_KEYS;
