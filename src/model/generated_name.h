/* SPDX-License-Identifier: Apache-2.0
 *
 * Names that are made up, such as those of mirrors and of keys without a name.
 */
#pragma once

#include "model/arena.h"

/* PostgreSQL cuts names at 63 bytes without an error, which can make two of one. */
#define IDENTIFIER_MAX_BYTES 63

/**
 * generated_name:
 * Returns: @whole; too long a name is cut and ends in a hash of the whole, so that two
 *   of them stay two
 */
const char *generated_name (Arena *arena, const char *whole);
