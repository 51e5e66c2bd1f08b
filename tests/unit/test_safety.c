/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of safety rules.  What each of them finds: tests/rules/.
 */
#include "config.h"

#include "safety/safety.h"

#include <string.h>

#include "testing.h"

#define CASES "tests/cases/rules"

TEST (safety__every_folder_of_cases_is_of_a_rule)
{
  g_auto (GStrv) folders = testing_cases (CASES);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      const SafetyRule *rule = safety_rule_find (folders[i]);
      ck_assert_msg (rule != NULL && g_str_equal (rule->id, folders[i]), "%s",
                     folders[i]);
    }
}

TEST (safety__index_lists_every_rule)
{
  g_autofree char *index = testing_read ("doc/rules.md");

  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      g_autofree char *row
          = g_strdup_printf ("| [%s](rules/%s.md) | %s |", rule->id, rule->id,
                             severity_to_string (rule->severity));
      ck_assert_msg (strstr (index, row) != NULL, "doc/rules.md has no row '%s'", row);
    }
}

TEST (safety__page_says_severity_and_engines)
{
  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      g_autofree char *path = g_strdup_printf ("doc/rules/%s.md", rule->id);
      g_autofree char *page = testing_read (path);
      g_autofree char *engines = target_engines_to_string (rule->engines);
      g_autofree char *line
          = g_strdup_printf ("\nSeverity: **%s**. Engines: %s.\n",
                             severity_to_string (rule->severity), engines);
      ck_assert_msg (strstr (page, line) != NULL, "%s does not say '%s'", path, line + 1);
    }
}

TEST (safety__table_is_ordered_and_complete)
{
  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      ck_assert_msg (
          rule->engines != 0 && rule->summary != NULL && rule->help != NULL
              && (rule->check != NULL || (rule->kinds != 0 && rule->message != NULL)),
          "%s", rule->id);
      if (n > 0)
        ck_assert_str_lt (safety_rule (n - 1)->id, rule->id);
    }
}

TEST (safety__rule_is_found_by_id_or_code)
{
  ck_assert_ptr_eq (safety_rule_find ("ZDM001-no-steps"), safety_rule (0));
  ck_assert_ptr_eq (safety_rule_find ("ZDM001"), safety_rule (0));
  ck_assert_ptr_eq (safety_rule_find ("zdm001"), safety_rule (0));
  ck_assert_ptr_null (safety_rule_find ("ZDM"));
  ck_assert_ptr_null (safety_rule_find ("ZDM0011"));
  ck_assert_ptr_null (safety_rule_find (""));
}

TEST_MAIN ("safety/safety", safety__every_folder_of_cases_is_of_a_rule,
           safety__index_lists_every_rule, safety__page_says_severity_and_engines,
           safety__table_is_ordered_and_complete, safety__rule_is_found_by_id_or_code)
