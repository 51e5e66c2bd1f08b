/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM200 to ZDM299: operations that block: rewrites, scans, locks.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_LOCKING[] = {
  { .id = NULL },
};
