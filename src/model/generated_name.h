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

/* Eight digits that stand for the migration @id in the names of what it makes beside what
 * others do: an id may be as long as a name alone. */
const char *migration_tag (Arena *arena, const char *id);
