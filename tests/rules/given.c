/* SPDX-License-Identifier: Apache-2.0
 *
 * Given: reading it and judging it.
 */
#include "config.h"

#include "given.h"

#include <string.h>

#include "load/checksum.h"
#include "load/load.h"
#include "load/load_project.h"
#include "model/text_difference.h"
#include "planner/planner.h"
#include "safety/sql_analysis.h"

void
given_clear (Given *given)
{
  g_free (given->text);
  g_free (given->before);
  g_free (given->settings);
  g_free (given->recorded);
}

/* Files -------------------------------------------------------------------------- */

char *
source_path (const char *relative)
{
  const char *root = g_getenv ("ZDM_SRCDIR");

  return g_build_filename (root != NULL ? root : ".", relative, NULL);
}

char *
source_read (const char *relative)
{
  g_autofree char *path = source_path (relative);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
source_folders (const char *relative)
{
  g_autofree char *root = source_path (relative);
  g_autoptr (GDir) dir = g_dir_open (root, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (root, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_steal (names, NULL);
}

static char *
case_file (const char *rule, const char *name, const char *file)
{
  g_autofree char *relative = g_strdup_printf (RULE_CASES "/%s/%s/%s", rule, name, file);

  return source_read (relative);
}

Given
given_of_case (const char *rule, const char *name)
{
  char *sql = case_file (rule, name, "migration.sql");

  return (Given){ .text = sql != NULL ? sql : case_file (rule, name, "migration.yaml"),
                  .before = case_file (rule, name, "before.yaml"),
                  .settings = case_file (rule, name, "zdm.yaml"),
                  .recorded = case_file (rule, name, "recorded.yaml") };
}

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

Given
given_of_page (const char *page, const char *kind)
{
  return (Given){ .text = fenced_block (page, kind),
                  .before = fenced_block (page, "before"),
                  .settings = fenced_block (page, "zdm.yaml"),
                  .recorded = fenced_block (page, "recorded") };
}

/* Judging ------------------------------------------------------------------------ */

static gboolean
is_sql (const char *text)
{
  return g_str_has_prefix (text, "--");
}

static gboolean
read_target (const char *text, Target *target)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  const char *key = lines[0] != NULL ? strstr (lines[0], " engines: ") : NULL;

  target_init (target);
  if (is_sql (text))
    target->engines = TARGET_POSTGRES;
  return key == NULL || (*text != '#' && *text != '-')
         || target_set_engines (target, key + strlen (" engines: "), NULL);
}

/* Those that the first line names, where these are several. */
static guint
named_engines (const Given *given)
{
  Target target;

  return given->text != NULL && read_target (given->text, &target) && target.named
                 && (target.engines & (target.engines - 1)) != 0
             ? target.engines
             : TARGET_NONE;
}

/* @before: the file before it; or NULL.  Returns: NULL where it does not load or plan. */
static History *
history_of (const char *before)
{
  g_autoptr (History) history = history_new ();
  g_autoptr (DiagnosticList) ignored = diagnostic_list_new ();

  if (before == NULL)
    return g_steal_pointer (&history);
  g_autoptr (Migration) migration
      = load_bytes ("before.yaml", before, strlen (before), ignored);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, ignored) : NULL;
  if (plan == NULL)
    return NULL;
  Target target;
  target_init (&target);
  g_autoptr (GPtrArray) effects = effects_of_plan (migration, plan, &target, plan->arena);
  history_fold (history, "before.yaml", migration, effects);
  return g_steal_pointer (&history);
}

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

/* What a database that has recorded the start would say. */
static gboolean
find_edit (const Given *given, TextDifference *difference, RecordedEdit *edit)
{
  if (given->recorded == NULL)
    return FALSE;
  g_autofree char *then = checksum_of_file (given->recorded, strlen (given->recorded));
  g_autofree char *now = checksum_of_file (given->text, strlen (given->text));
  if (g_str_equal (then, now))
    return FALSE;
  *difference = text_difference (given->recorded, given->text);
  *edit = (RecordedEdit){ .started = "2026-11-22T10:00:00Z",
                          .line = difference->line,
                          .was = difference->was };
  return TRUE;
}

/* @engines: those of the ones it names that count */
static const char *
check (const Given *given, guint engines, DiagnosticList *diagnostics, gboolean *read)
{
  SafetyOptions options = { 0 };

  if (given->text == NULL)
    return "there is no migration";
  if (!read_target (given->text, &options.target))
    return "its first line names engines that are not known";
  options.target.engines &= engines;
  g_autoptr (Project) project = given->settings != NULL
                                    ? load_project ("zdm.yaml", given->settings,
                                                    strlen (given->settings), diagnostics)
                                    : NULL;
  g_autoptr (History) history = history_of (given->before);
  if (history == NULL)
    return "the file before it does not load or plan";
  options.project = project;
  options.history = given->before != NULL ? history : NULL;
  g_auto (TextDifference) difference = { 0 };
  RecordedEdit edit;
  if (find_edit (given, &difference, &edit))
    options.edit = &edit;
  *read = is_sql (given->text) ? check_sql (given->text, &options, diagnostics)
                               : check_yaml (given->text, &options, diagnostics);
  diagnostic_list_sort (diagnostics);
  return NULL;
}

const char *
given_check (const Given *given, DiagnosticList *diagnostics)
{
  gboolean read;

  return check (given, TARGET_ALL, diagnostics, &read);
}

gboolean
given_is_readable (const Given *given)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  gboolean read = TRUE;

  if (sql_analysis_has_parser ())
    return TRUE;
  check (given, TARGET_ALL, diagnostics, &read);
  return read;
}

static gboolean
has_finding_at (const DiagnosticList *diagnostics, const Diagnostic *like)
{
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);
      if (g_str_equal (finding->rule, like->rule)
          && finding->location.line == like->location.line
          && finding->location.column == like->location.column)
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer full): " [mysql]", or "" where all of @named have the finding */
static char *
whose (const Given *given, guint named, const Diagnostic *finding)
{
  guint engines = TARGET_NONE;

  for (guint bit = 1; bit <= named; bit <<= 1)
    {
      g_autoptr (DiagnosticList) alone = diagnostic_list_new ();
      gboolean read;
      if ((named & bit) == 0)
        continue;
      check (given, bit, alone, &read);
      if (has_finding_at (alone, finding))
        engines |= bit;
    }
  if (engines == named)
    return g_strdup ("");
  g_autofree char *names = target_engines_to_string (engines);
  return g_strdup_printf (" [%s]", names);
}

char *
given_findings (const Given *given)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  const char *problem = given_check (given, diagnostics);
  guint named = named_engines (given);

  if (problem != NULL)
    return g_strdup (problem);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);
      g_autofree char *engines = whose (given, named, finding);
      gboolean helps = !g_str_has_prefix (finding->rule, "ZDM") || finding->help != NULL;
      g_string_append_printf (text, "%s %s %u:%u %s%s%s\n",
                              severity_to_string (finding->severity), finding->rule,
                              finding->location.line, finding->location.column,
                              finding->message, engines, helps ? "" : " (no help)");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
given_has_finding_of (const Given *given, const char *rule)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  given_check (given, diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    if (g_str_equal (diagnostic_list_get (diagnostics, i)->rule, rule))
      return TRUE;
  return FALSE;
}
