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
#include "safety/sql_analysis.h"
#include "testing.h"

#define CASES "tests/cases/rules"

/* A file to be judged, and what it is judged with. */
typedef struct
{
  char *text;
  char *before;   /* the file before it; or NULL */
  char *settings; /* the text of a zdm.yaml; or NULL */
} Given;

static void
given_clear (Given *given)
{
  g_free (given->text);
  g_free (given->before);
  g_free (given->settings);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

static gboolean
is_sql (const char *text)
{
  return g_str_has_prefix (text, "--");
}

/* "# engines: postgres:14.3" or "-- engines: …" in the first line; else the default,
 * which is PostgreSQL for a plain SQL file. */
static void
read_target (const char *text, Target *target)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  const char *key = lines[0] != NULL ? strstr (lines[0], " engines: ") : NULL;

  target_init (target);
  if (is_sql (text))
    target->engines = TARGET_POSTGRES;
  if (key != NULL && (*text == '#' || *text == '-'))
    ck_assert (target_set_engines (target, key + strlen (" engines: "), NULL));
}

/* A build without a parser, or an engine without one: nobody has looked. */
static gboolean
is_read (const GPtrArray *effects)
{
  for (guint i = 0; i < effects->len; i++)
    if (((const Effect *) effects->pdata[i])->kind == EFFECT_NOT_ANALYSED)
      return FALSE;
  return TRUE;
}

/* Returns: whether all of it was looked into */
static gboolean
check_sql (const char *text, const SafetyOptions *options, DiagnosticList *diagnostics)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) effects = NULL;

  safety_check_sql ("migration.sql", text, options, arena, &effects, diagnostics);
  return is_read (effects);
}

static gboolean
check_yaml (const char *yaml, const SafetyOptions *options, DiagnosticList *diagnostics)
{
  g_autoptr (Migration) migration
      = load_bytes ("migration.yaml", yaml, strlen (yaml), diagnostics);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, diagnostics) : NULL;
  g_autoptr (GPtrArray) effects = NULL;

  if (plan == NULL)
    return TRUE;
  safety_check (migration, plan, options, plan->arena, &effects, diagnostics);
  return is_read (effects);
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
  g_autoptr (GPtrArray) effects = effects_of_plan (migration, plan, &target, plan->arena);
  history_fold (history, "before.yaml", migration, effects);
  return history;
}

/* Returns: whether all of it was looked into */
static gboolean
check_given (const Given *given, DiagnosticList *diagnostics)
{
  g_autoptr (Project) project = given->settings != NULL
                                    ? load_project ("zdm.yaml", given->settings,
                                                    strlen (given->settings), diagnostics)
                                    : NULL;
  g_autoptr (History) history = history_of (given->before);
  SafetyOptions options
      = { .project = project, .history = given->before != NULL ? history : NULL };

  read_target (given->text, &options.target);
  gboolean read = is_sql (given->text) ? check_sql (given->text, &options, diagnostics)
                                       : check_yaml (given->text, &options, diagnostics);
  diagnostic_list_sort (diagnostics);
  return read;
}

/* A build without PostgreSQL's parser cannot show what needs it. */
static gboolean
is_readable (const Given *given)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  return sql_analysis_has_parser () || check_given (given, diagnostics);
}

static char *
findings_of (const Given *given)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  check_given (given, diagnostics);
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
has_finding_of (const Given *given, const char *rule)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  check_given (given, diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    if (g_str_equal (diagnostic_list_get (diagnostics, i)->rule, rule))
      return TRUE;
  return FALSE;
}

/* Cases -------------------------------------------------------------------------- */

/* NULL where the case has no such file. */
static char *
case_file (const SafetyRule *rule, const char *name, const char *file)
{
  g_autofree char *relative = g_strdup_printf (CASES "/%s/%s/%s", rule->id, name, file);
  g_autofree char *path = testing_path (relative);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? testing_read (relative) : NULL;
}

/* migration.yaml, or a plain migration.sql, which begins with a comment. */
static Given
given_of_case (const SafetyRule *rule, const char *name)
{
  char *sql = case_file (rule, name, "migration.sql");

  return (Given){ .text = sql != NULL ? sql : case_file (rule, name, "migration.yaml"),
                  .before = case_file (rule, name, "before.yaml"),
                  .settings = case_file (rule, name, "zdm.yaml") };
}

static void
run_case (const SafetyRule *rule, const char *name)
{
  g_auto (Given) given = given_of_case (rule, name);
  g_autofree char *golden = g_strdup_printf (CASES "/%s/%s/expected.txt", rule->id, name);

  ck_assert_msg (given.text != NULL, "%s/%s has no migration", rule->id, name);
  if (!is_readable (&given))
    return;
  g_autofree char *actual = findings_of (&given);
  testing_assert_golden (golden, actual);
  /* A file that does not load or plan proves nothing about a rule. */
  ck_assert_msg (strstr (actual, " load ") == NULL && strstr (actual, " plan ") == NULL,
                 "%s: %s", golden, actual);
  if (g_str_has_prefix (name, "bad"))
    ck_assert_msg (has_finding_of (&given, rule->id), "%s: nothing found", golden);
  if (g_str_has_prefix (name, "good"))
    ck_assert_msg (!has_finding_of (&given, rule->id), "%s: found", golden);
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

/* The text of the block "```yaml <kind>" or "```sql <kind>", or NULL. */
static char *
fenced_block_of (const char *page, const char *language, const char *kind)
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
  char *yaml = fenced_block_of (page, "yaml", kind);

  return yaml != NULL ? yaml : fenced_block_of (page, "sql", kind);
}

static Given
given_of_page (const char *page, const char *kind)
{
  return (Given){ .text = fenced_block (page, kind),
                  .before = fenced_block (page, "before"),
                  .settings = fenced_block (page, "zdm.yaml") };
}

/* Information is no fault of an example. */
static void
assert_good (const char *path, const Given *good)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  check_given (good, diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);
      ck_assert_msg (finding->severity == SEVERITY_INFO, "%s: good is not good: %s %s",
                     path, finding->rule, finding->message);
    }
}

TEST (safety__every_rule_has_a_page_whose_examples_hold)
{
  for (guint n = 0; n < safety_n_rules (); n++)
    {
      const SafetyRule *rule = safety_rule (n);
      g_autofree char *path = g_strdup_printf ("doc/rules/%s.md", rule->id);
      g_autofree char *page = testing_read (path);
      g_auto (Given) bad = given_of_page (page, "bad");
      g_auto (Given) good = given_of_page (page, "good");
      ck_assert_msg (bad.text != NULL && good.text != NULL,
                     "%s: a bad and a good block are needed", path);
      assert_good (path, &good);
      ck_assert_msg (!is_readable (&bad) || has_finding_of (&bad, rule->id),
                     "%s: bad is not bad", path);
      ck_assert_msg (!is_readable (&good) || !has_finding_of (&good, rule->id),
                     "%s: good is found", path);
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

TEST_MAIN ("safety/safety", safety__rules_find_what_their_cases_say,
           safety__every_folder_of_cases_is_of_a_rule,
           safety__every_rule_has_a_page_whose_examples_hold,
           safety__index_lists_every_rule, safety__table_is_ordered_and_complete,
           safety__rule_is_found_by_id_or_code)
