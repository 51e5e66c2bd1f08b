/* SPDX-License-Identifier: Apache-2.0
 *
 * The safety rules: their folders of cases, their pages, and the table itself.
 */
#include "config.h"

#include "safety/safety.h"

#include <string.h>

#include "load/load.h"
#include "load/load_project.h"
#include "planner/planner.h"
#include "testing.h"

#define CASES "tests/cases/rules"

/* A case's SQL begins with a comment. */
static gboolean
text_is_sql (const char *text)
{
  return g_str_has_prefix (text, "-- ");
}

/* A first line "# target: sqlite:3.30" names the engines. */
static void
read_target (const char *yaml, Target *target)
{
  gboolean is_sql = text_is_sql (yaml);
  const char *prefix = is_sql ? "-- target: " : "# target: ";
  g_autoptr (GError) error = NULL;

  target_init (target);
  if (is_sql)
    target->engines = TARGET_POSTGRES;
  if (!g_str_has_prefix (yaml, prefix))
    return;
  yaml += strlen (prefix);
  g_autofree char *text = g_strndup (yaml, strcspn (yaml, "\n"));
  target_set_engines (target, text, &error);
  assert_no_error (error);
}

/* @before: the file before it; or NULL */
static History *
history_of (const char *before)
{
  History *history = history_new ();
  g_autoptr (DiagnosticList) ignored = diagnostic_list_new ();

  if (before == NULL)
    return history;
  g_autoptr (Migration) migration
      = load_bytes ("before.yaml", before, strlen (before), ignored);
  ck_assert_ptr_nonnull (migration);
  g_autoptr (MigrationPlan) plan = planner_plan (migration, ignored);
  ck_assert_ptr_nonnull (plan);
  Target target;
  target_init (&target);
  g_autoptr (GPtrArray) effects
      = effects_of_plan (migration, plan, &target, plan->arena);
  history_fold (history, "before.yaml", migration, effects);
  return history;
}

static void
check_sql (const char *sql, const Project *project, DiagnosticList *diagnostics)
{
  g_autoptr (Arena) arena = arena_new ();
  SafetyOptions options = { .project = project };

  read_target (sql, &options.target);
  safety_check_sql ("migration.sql", sql, &options, arena, NULL, diagnostics);
  diagnostic_list_sort (diagnostics);
}

/* @before: the file before it; @settings: the text of a zdm.yaml; or NULL */
static void
check_text (const char *yaml, const char *before, const char *settings,
            DiagnosticList *diagnostics)
{
  g_autoptr (Project) project
      = settings != NULL
            ? load_project ("zdm.yaml", settings, strlen (settings), diagnostics)
            : NULL;

  if (text_is_sql (yaml))
    {
      check_sql (yaml, project, diagnostics);
      return;
    }
  g_autoptr (Migration) migration
      = load_bytes ("migration.yaml", yaml, strlen (yaml), diagnostics);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, diagnostics) : NULL;
  g_autoptr (History) history = history_of (before);

  if (plan != NULL)
    {
      SafetyOptions options
          = { .history = before != NULL ? history : NULL, .project = project };
      read_target (yaml, &options.target);
      safety_check (migration, plan, &options, plan->arena, NULL, diagnostics);
    }
  diagnostic_list_sort (diagnostics);
}

static char *
findings_of (const char *yaml, const char *before, const char *settings)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  check_text (yaml, before, settings, diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);
      if (g_str_has_prefix (finding->rule, "ZDM"))
        ck_assert_ptr_nonnull (finding->help);
      g_string_append_printf (
          text, "%s %s %u:%u %s\n", severity_to_string (finding->severity), finding->rule,
          finding->location.line, finding->location.column, finding->message);
    }
  return g_strdup (text->str);
}

static gboolean
has_finding_of (const char *yaml, const char *before, const char *settings,
                const char *rule)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  check_text (yaml, before, settings, diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    if (g_str_equal (diagnostic_list_get (diagnostics, i)->rule, rule))
      return TRUE;
  return FALSE;
}

/* Cases -------------------------------------------------------------------------- */

/* NULL where there is no such file. */
static char *
read_if_there (const char *relative)
{
  g_autofree char *path = testing_path (relative);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? testing_read (relative) : NULL;
}

static void
run_case (const SafetyRule *rule, const char *name)
{
  g_autofree char *sql = g_strdup_printf (CASES "/%s/%s/migration.sql", rule->id, name);
  g_autofree char *sql_path = testing_path (sql);
  g_autofree char *input
      = g_file_test (sql_path, G_FILE_TEST_EXISTS)
            ? g_strdup (sql)
            : g_strdup_printf (CASES "/%s/%s/migration.yaml", rule->id, name);
  g_autofree char *golden = g_strdup_printf (CASES "/%s/%s/expected.txt", rule->id, name);
  g_autofree char *earlier
      = g_strdup_printf (CASES "/%s/%s/before.yaml", rule->id, name);
  g_autofree char *earlier_path = testing_path (earlier);
  g_autofree char *before = g_file_test (earlier_path, G_FILE_TEST_EXISTS)
                                ? testing_read (earlier)
                                : NULL;
  g_autofree char *project = g_strdup_printf (CASES "/%s/%s/zdm.yaml", rule->id, name);
  g_autofree char *yaml = testing_read (input);
  g_autofree char *settings = read_if_there (project);
  g_autofree char *actual = findings_of (yaml, before, settings);

  testing_assert_golden (golden, actual);
  /* A file that does not load or plan proves nothing about a rule. */
  ck_assert_msg (strstr (actual, " load ") == NULL && strstr (actual, " plan ") == NULL,
                 "%s: %s", input, actual);
  if (g_str_has_prefix (name, "bad"))
    ck_assert_msg (has_finding_of (yaml, before, settings, rule->id), "%s: nothing found", input);
  if (g_str_has_prefix (name, "good"))
    ck_assert_msg (!has_finding_of (yaml, before, settings, rule->id), "%s: found", input);
}

static gboolean
has_case_of (char *const *cases, const char *prefix)
{
  for (guint i = 0; cases[i] != NULL; i++)
    if (g_str_has_prefix (cases[i], prefix))
      return TRUE;
  return FALSE;
}

TEST (safety__rules_find_what_their_cases_say)
{
  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      g_autofree char *folder = g_strdup_printf (CASES "/%s", rule->id);
      g_auto (GStrv) cases = testing_cases (folder);
      ck_assert_msg (has_case_of (cases, "bad") && has_case_of (cases, "good")
                         && has_case_of (cases, "borderline"),
                     "%s: a bad, a good and a borderline case are needed", folder);
      for (guint i = 0; cases[i] != NULL; i++)
        run_case (rule, cases[i]);
    }
}

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

/* Pages -------------------------------------------------------------------------- */

/* The text of the block "```<language> <kind>", or NULL. */
static char *
block_in (const char *page, const char *language, const char *kind)
{
  g_autofree char *fence = g_strdup_printf ("```%s %s\n", language, kind);
  const char *start = strstr (page, fence);

  if (start == NULL)
    return NULL;
  start += strlen (fence);
  const char *end = strstr (start, "```");
  return end != NULL ? g_strndup (start, (gsize) (end - start)) : NULL;
}

static char *
fenced_block (const char *page, const char *kind)
{
  char *block = block_in (page, "yaml", kind);

  return block != NULL ? block : block_in (page, "sql", kind);
}

TEST (safety__every_rule_has_a_page_whose_examples_hold)
{
  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      g_autofree char *path = g_strdup_printf ("doc/rules/%s.md", rule->id);
      g_autofree char *page = testing_read (path);
      g_autofree char *before = fenced_block (page, "before");
      g_autofree char *bad = fenced_block (page, "bad");
      g_autofree char *good = fenced_block (page, "good");
      ck_assert_msg (bad != NULL && good != NULL, "%s: a bad and a good block are needed",
                     path);
      g_autofree char *settings = fenced_block (page, "zdm.yaml");
      g_autofree char *found = findings_of (good, before, settings);
      ck_assert_msg (has_finding_of (bad, before, settings, rule->id), "%s: bad is not bad",
                     path);
      ck_assert_msg (*found == '\0', "%s: good is not good: %s", path, found);
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

/* The table ---------------------------------------------------------------------- */

TEST (safety__table_is_ordered_and_complete)
{
  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      ck_assert_msg (rule->engines != 0 && rule->summary != NULL && rule->help != NULL
                         && rule->check != NULL,
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

TEST_MAIN ("safety/safety", safety__rules_find_what_their_cases_say,
           safety__every_folder_of_cases_is_of_a_rule,
           safety__every_rule_has_a_page_whose_examples_hold,
           safety__index_lists_every_rule, safety__table_is_ordered_and_complete,
           safety__rule_is_found_by_id_or_code)
