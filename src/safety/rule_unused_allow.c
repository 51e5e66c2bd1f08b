/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM007-unused-allow: an entry whose rule has found nothing there.
 */
#include "config.h"

#include "safety/context.h"

static void
check_allow (const SafetyContext *context, const Allow *allow)
{
  const SafetyRule *rule = safety_rule_find (allow->rule);

  if (rule != NULL && !g_hash_table_contains (context->used, allow))
    safety_report (context, allow->location, "Nothing here needs `allow` of %s",
                   rule->id);
}

void
rule_unused_allow (const SafetyContext *context)
{
  safety_each_allow (context, check_allow);
}
