/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM300 to ZDM399: types, names and habits that are regretted later.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_STYLE[] = {
  {
      .id = "ZDM390-naming",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "A new name does not match the project's pattern",
      .help
      = "The project's zdm.yaml has a pattern for such names, under `naming`; all of the "
        "name has to match it. Choose another name while nobody uses this one: a rename "
        "later is a migration of its own.",
      .check = rule_naming,
  },
  { .id = NULL },
};
