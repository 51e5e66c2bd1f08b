/* SPDX-License-Identifier: Apache-2.0
 *
 * All rules, set after set.
 */
#include "config.h"

#include <string.h>

#include "safety/rule_sets.h"

static const SafetyRule *const SETS[] = {
  RULES_OF_PHASES, RULES_OF_BREAKING, RULES_OF_LOCKING, RULES_OF_STYLE, RULES_OF_SQL,
};

static guint
set_length (const SafetyRule *set)
{
  guint n = 0;

  while (set[n].id != NULL)
    n++;
  return n;
}

guint
safety_n_rules (void)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (SETS); i++)
    n += set_length (SETS[i]);
  return n;
}

const SafetyRule *
safety_rule (guint index)
{
  for (guint i = 0; i < G_N_ELEMENTS (SETS); i++)
    {
      guint n = set_length (SETS[i]);
      if (index < n)
        return &SETS[i][index];
      index -= n;
    }
  return NULL;
}

/* "ZDM001" of "ZDM001-no-steps". */
static gsize
code_length (const char *id)
{
  return strcspn (id, "-");
}

const SafetyRule *
safety_rule_find (const char *id)
{
  for (guint i = 0; i < safety_n_rules (); i++)
    {
      const SafetyRule *rule = safety_rule (i);
      gsize length = code_length (rule->id);
      if (g_ascii_strcasecmp (id, rule->id) == 0
          || (strlen (id) == length && g_ascii_strncasecmp (id, rule->id, length) == 0))
        return rule;
    }
  return NULL;
}
