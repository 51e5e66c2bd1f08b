/* SPDX-License-Identifier: Apache-2.0
 *
 * Title: what a migration is called when its file does not say.
 */
#pragma once

#include "model/migration.h"

/**
 * title_of_migration:
 * Returns: (transfer arena): the file's own title; else "Add display_name",
 *   "Add a, then drop users.b", "… and 2 more changes"; the id for steps
 */
const char *title_of_migration (const Migration *migration, Arena *arena);
