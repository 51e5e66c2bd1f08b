/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM400 to ZDM499: raw SQL.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_SQL[] = {
  { .id = NULL },
};
