/* SPDX-License-Identifier: Apache-2.0
 *
 * Fix: the safe form of what a rule has found, as text to put in its place.
 *
 * Only what another operation of ours says just as well is fixed; everything else is left
 * to the reader of the finding.
 */
#pragma once

#include "safety/effect.h"

typedef struct
{
  Location location; /* of the mapping that is replaced */
  const char *text;  /* lines without indentation, no line break at the end */
  const char *why;   /* "rename_column keeps both names working" */
} Fix;

/**
 * fixes_of:
 * @effects: of the plan, as safety_check() gives them
 *
 * Returns: (transfer container): Fix *, in @arena, in the order of the file
 */
GPtrArray *fixes_of (const GPtrArray *effects, Arena *arena);
