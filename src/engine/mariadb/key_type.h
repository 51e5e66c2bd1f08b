/* SPDX-License-Identifier: Apache-2.0
 *
 * Key type: which columns a foreign key may bind to each other.
 */
#pragma once

#include "engine/mariadb/live.h"

/* Whether values that are the same on both sides are so byte by byte.  The server takes
 * more pairs, as DATETIME and TIMESTAMP, which are all bytes to InnoDB; of these it then
 * finds no row in the other table. */
gboolean maria_key_types_agree (const MariaColumn *a, const MariaColumn *b);
