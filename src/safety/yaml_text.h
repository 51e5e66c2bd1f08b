/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML text: names as a migration file writes them.
 */
#pragma once

#include "model/arena.h"

/* Plain where that cannot be taken for something else, in double quotes otherwise. */
const char *yaml_text_scalar (const char *text, Arena *arena);

/* "[a, b]" */
const char *yaml_text_list (const char *const *texts, Arena *arena);
