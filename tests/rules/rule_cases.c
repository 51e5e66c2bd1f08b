/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules on their folders of cases, and on the bad and the good file of their pages.
 *
 * A result a case and a page.  What needs PostgreSQL's parser is skipped in a build
 * without it, and says so.
 */
#include "config.h"

#include <string.h>

#include "given.h"
#include "tap.h"

#define NEEDS_PARSER "this build has no parser for PostgreSQL"

/* Cases -------------------------------------------------------------------------- */

/* Returns: (nullable): how the text differs from that of the file */
static char *
compare_golden (const char *relative, const char *actual)
{
  g_autofree char *path = source_path (relative);
  g_autofree char *expected = source_read (relative);

  if (g_strcmp0 (g_getenv ("ZDM_UPDATE_GOLDEN"), "1") == 0)
    return g_file_set_contents (path, actual, -1, NULL)
               ? NULL
               : g_strdup_printf ("%s cannot be written", path);
  return g_strcmp0 (expected, actual) != 0
             ? g_strdup_printf ("not as in %s, but:\n%s", relative, actual)
             : NULL;
}

static char *
problem_of_case (const char *rule, const char *name, const Given *given)
{
  g_autofree char *golden
      = g_strdup_printf (RULE_CASES "/%s/%s/expected.txt", rule, name);
  g_autofree char *actual = given_findings (given);
  char *difference = compare_golden (golden, actual);

  if (difference != NULL)
    return difference;
  if (strstr (actual, " load ") != NULL || strstr (actual, " plan ") != NULL)
    return g_strconcat ("it proves nothing about a rule:\n", actual, NULL);
  if (g_str_has_prefix (name, "bad") && !given_has_finding_of (given, rule))
    return g_strdup ("nothing is found");
  if (g_str_has_prefix (name, "good") && given_has_finding_of (given, rule))
    return g_strdup ("it is found");
  return NULL;
}

static void
run_case (Tap *tap, const char *rule, const char *name)
{
  g_auto (Given) given = given_of_case (rule, name);
  g_autofree char *title = g_strdup_printf ("%s/%s", rule, name);

  if (!given_is_readable (&given))
    {
      tap_skip (tap, title, NEEDS_PARSER);
      return;
    }
  g_autofree char *problem = problem_of_case (rule, name, &given);
  tap_result (tap, title, problem);
}

static gboolean
has_case_of (char *const *cases, const char *prefix)
{
  for (; *cases != NULL; cases++)
    if (g_str_has_prefix (*cases, prefix))
      return TRUE;
  return FALSE;
}

static void
run_cases (Tap *tap, const char *rule)
{
  g_autofree char *folder = g_strdup_printf (RULE_CASES "/%s", rule);
  g_auto (GStrv) cases = source_folders (folder);

  if (!has_case_of (cases, "bad") || !has_case_of (cases, "good")
      || !has_case_of (cases, "borderline"))
    tap_result (tap, folder, "a bad, a good and a borderline case are needed");
  for (guint i = 0; cases[i] != NULL; i++)
    run_case (tap, rule, cases[i]);
}

/* Pages -------------------------------------------------------------------------- */

/* Information is no fault of an example. */
static char *
problem_of_good (const Given *good, const char *rule)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  given_check (good, diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);
      if (finding->severity != SEVERITY_INFO || g_str_equal (finding->rule, rule))
        return g_strdup_printf ("good is not good: %s %s", finding->rule,
                                finding->message);
    }
  return NULL;
}

static void
run_block (Tap *tap, const char *path, const char *page, const char *rule,
           const char *kind)
{
  g_auto (Given) given = given_of_page (page, kind);
  g_autofree char *title = g_strdup_printf ("%s %s", path, kind);
  g_autofree char *problem = NULL;

  if (given.text == NULL)
    problem = g_strdup ("there is no such block");
  else if (!given_is_readable (&given))
    {
      tap_skip (tap, title, NEEDS_PARSER);
      return;
    }
  else if (g_str_equal (kind, "good"))
    problem = problem_of_good (&given, rule);
  else if (!given_has_finding_of (&given, rule))
    problem = g_strdup ("bad is not bad");
  tap_result (tap, title, problem);
}

static void
run_page (Tap *tap, const char *rule)
{
  g_autofree char *path = g_strdup_printf ("doc/rules/%s.md", rule);
  g_autofree char *page = source_read (path);

  run_block (tap, path, page != NULL ? page : "", rule, "bad");
  run_block (tap, path, page != NULL ? page : "", rule, "good");
}

int
main (void)
{
  Tap tap = { 0 };

  for (guint i = 0; i < safety_n_rules (); i++)
    {
      run_cases (&tap, safety_rule (i)->id);
      run_page (&tap, safety_rule (i)->id);
    }
  return tap_end (&tap);
}
