/* SPDX-License-Identifier: Apache-2.0
 *
 * The loader: bytes of a migration file → Migration, strictly, with every finding
 * in its place.
 */
#pragma once

#include "model/migration.h"

/* What a hostile file cannot exceed. */
#define LOAD_MAX_BYTES (256u * 1024 * 1024)
#define LOAD_MAX_DEPTH 64
#define LOAD_MAX_ALIASED_NODES 1000000

/**
 * load_bytes:
 * @path: what findings call the file
 * @bytes: @length bytes of YAML
 * @diagnostics: gets every finding
 *
 * Returns: (nullable) (transfer full): the migration, or NULL when there was at least
 *   one error among the findings
 */
Migration *load_bytes (const char *path, const char *bytes, gsize length,
                       DiagnosticList *diagnostics);

/**
 * load_file:
 * Reads @path, or standard input when it is "-".
 *
 * Returns: (nullable) (transfer full): as load_bytes(); a file that cannot be read is
 *   a finding too
 */
Migration *load_file (const char *path, DiagnosticList *diagnostics);
