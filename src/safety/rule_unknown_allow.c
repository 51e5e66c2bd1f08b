/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM006-unknown-allow: an entry that names no rule.
 */
#include "config.h"

#include "safety/context.h"

static const char *
nearest_rule (const char *id)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < safety_n_rules (); i++)
    g_ptr_array_add (ids, (gpointer) safety_rule (i)->id);
  g_ptr_array_add (ids, NULL);
  return nearest_name (id, (const char *const *) ids->pdata);
}

static void
check_allow (const SafetyContext *context, const Allow *allow)
{
  if (safety_rule_find (allow->rule) != NULL)
    return;
  const char *near = nearest_rule (allow->rule);
  safety_report (context, allow->location, "There is no rule '%s'%s%s%s", allow->rule,
                 near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                 near != NULL ? "'?" : "");
}

void
rule_unknown_allow (const SafetyContext *context)
{
  safety_each_allow (context, check_allow);
}
