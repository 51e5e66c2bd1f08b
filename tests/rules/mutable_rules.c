/* SPDX-License-Identifier: Apache-2.0
 *
 * All that src/safety/rules.c defines, so that the linker leaves that one out.
 */
#include "config.h"

#include "mutable_rules.h"

#include <string.h>

#include "safety/rule_sets.h"

static GArray *
read_sets (void)
{
  const SafetyRule *const sets[] = {
    RULES_OF_PHASES, RULES_OF_BREAKING, RULES_OF_LOCKING, RULES_OF_STYLE, RULES_OF_SQL,
  };
  GArray *rules = g_array_new (FALSE, FALSE, sizeof (SafetyRule));

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    for (const SafetyRule *rule = sets[i]; rule->id != NULL; rule++)
      g_array_append_vals (rules, rule, 1);
  return rules;
}

static GArray *
table (void)
{
  static GArray *rules = NULL;

  if (rules == NULL)
    rules = read_sets ();
  return rules;
}

SafetyRule *
mutable_rule (guint index)
{
  return &g_array_index (table (), SafetyRule, index);
}

guint
safety_n_rules (void)
{
  return table ()->len;
}

const SafetyRule *
safety_rule (guint index)
{
  return index < table ()->len ? mutable_rule (index) : NULL;
}

static gboolean
is_named (const SafetyRule *rule, const char *id)
{
  gsize length = strcspn (rule->id, "-");

  return g_ascii_strcasecmp (rule->id, id) == 0
         || (strlen (id) == length && g_ascii_strncasecmp (rule->id, id, length) == 0);
}

const SafetyRule *
safety_rule_find (const char *id)
{
  for (guint i = 0; i < table ()->len; i++)
    if (is_named (mutable_rule (i), id))
      return mutable_rule (i);
  return NULL;
}
