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

/* SafetyRule *: the rows of all sets.  Asked for several times a rule and a file, so they
 * are counted once. */
static const GPtrArray *
all_rules (void)
{
  static gsize rules = 0;

  if (g_once_init_enter (&rules))
    {
      static GPtrArray *found; /* reachable, so that it counts as no leak */
      found = g_ptr_array_new ();
      for (guint i = 0; i < G_N_ELEMENTS (SETS); i++)
        for (const SafetyRule *rule = SETS[i]; rule->id != NULL; rule++)
          g_ptr_array_add (found, (gpointer) rule);
      g_once_init_leave (&rules, (gsize) found);
    }
  return (const GPtrArray *) rules;
}

guint
safety_n_rules (void)
{
  return all_rules ()->len;
}

const SafetyRule *
safety_rule (guint index)
{
  const GPtrArray *rules = all_rules ();

  return index < rules->len ? rules->pdata[index] : NULL;
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
