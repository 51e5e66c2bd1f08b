/* SPDX-License-Identifier: Apache-2.0
 *
 * The sets of rules: one table a range of ids, each ended by a NULL id.  An id never
 * changes and is never given to another rule.
 */
#pragma once

#include "safety/context.h"

extern const SafetyRule RULES_OF_PHASES[];   /* ZDM001 … */
extern const SafetyRule RULES_OF_BREAKING[]; /* ZDM100 … */
extern const SafetyRule RULES_OF_LOCKING[];  /* ZDM200 … */
extern const SafetyRule RULES_OF_STYLE[];    /* ZDM300 … */
extern const SafetyRule RULES_OF_SQL[];      /* ZDM400 … */
