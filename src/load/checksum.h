/* SPDX-License-Identifier: Apache-2.0
 *
 * Checksum: of what a migration file says, not of how it is written.
 */
#pragma once

#include <glib.h>

/**
 * checksum_of_file:
 * @bytes: @length bytes of YAML that load_bytes() has found good
 *
 * Over the parsed document: the order of keys, comments, indentation, quotes and anchors
 * make no difference; whether a plain `null` is meant does.
 *
 * Returns: (transfer full): "zdm1:sha256:…"; the number changes if the canonical form
 * ever does
 */
char *checksum_of_file (const char *bytes, gsize length);
