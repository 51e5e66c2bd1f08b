/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM100 to ZDM199: operations that break clients or lose values.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_BREAKING[] = {
  { .id = NULL },
};
