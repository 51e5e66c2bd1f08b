/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of one migration file, which findings quote later.
 */
#pragma once

#include "model/diagnostic.h"

/* Reads the file, or standard input for "-", up to LOAD_MAX_BYTES. @name: what findings
 * call it. Returns: (nullable): NULL with a finding */
GBytes *source_file_read (const char *path, const char *name,
                          DiagnosticList *diagnostics);
