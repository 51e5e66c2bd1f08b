/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM300 to ZDM399: types, names and habits that are regretted later.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_STYLE[] = {
  { .id = NULL },
};
