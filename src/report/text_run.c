/* SPDX-License-Identifier: Apache-2.0
 *
 * The result of a run and of a validation, as people and scripts read it.
 */
#include "config.h"

#include "report/printable.h"
#include "report/report.h"
#include "report/style.h"

static void
append_field (GString *out, const char *name, const char *value, gboolean color)
{
  style_append (out, color, ROLE_HEADING, name);
  g_string_append (out, ": ");
  printable_append (out, value, -1);
  g_string_append_c (out, '\n');
}

static Role
entry_role (const char *phase)
{
  if (g_str_has_prefix (phase, "ROLL"))
    return ROLE_WARNING;
  return g_str_equal (phase, "COMPLETE") ? ROLE_GOOD : ROLE_INFO;
}

static void
append_history (GString *out, const GPtrArray *history, gboolean color)
{
  style_append (out, color, ROLE_HEADING, "History");
  g_string_append_printf (out, " (%u entries):\n", history->len);
  for (guint i = 0; i < history->len; i++)
    {
      const HistoryEntry *entry = g_ptr_array_index (history, i);

      g_string_append (out, "  [");
      style_append (out, color, entry_role (entry->phase), entry->phase);
      g_string_append (out, "] ");
      printable_append (out, entry->message, -1);
      g_string_append_c (out, '\n');
    }
}

/* Rounded, but 100% means that all is done. */
static char *
show_progress (const MigrationPlan *plan)
{
  double progress = migration_plan_progress (plan);
  guint rounded = (guint) (progress + 0.5);

  return g_strdup_printf ("%u%%", progress < 100 ? MIN (rounded, 99) : rounded);
}

void
report_text_run (GString *out, const FileReport *report, const ReportStyle *style)
{
  if (report->executor == NULL)
    return;

  const MigrationPlan *plan = report->plan;
  g_autofree char *progress = show_progress (plan);

  append_field (out, "Migration", plan->title, style->color);
  append_field (out, "Phase", migration_phase_to_string (plan->phase), style->color);
  append_field (out, "Progress", progress, style->color);
  append_history (out, report->executor->history, style->color);
  if (style->verbose && report->tables != NULL)
    report_text_tables (out, report, style);
}

static void
append_count (GString *out, guint n, const char *noun)
{
  g_string_append_printf (out, "%u %s%s", n, noun, n == 1 ? "" : "s");
}

static void
append_counts (GString *out, guint n_errors, guint n_warnings)
{
  if (n_errors > 0)
    append_count (out, n_errors, "error");
  if (n_errors > 0 && n_warnings > 0)
    g_string_append (out, ", ");
  if (n_warnings > 0)
    append_count (out, n_warnings, "warning");
}

void
report_text_validation (GString *out, const FileReport *report, const ReportStyle *style)
{
  guint n_errors = diagnostic_list_count (report->diagnostics, SEVERITY_ERROR);
  guint n_warnings
      = diagnostic_list_count (report->diagnostics, SEVERITY_WARNING) - n_errors;
  gboolean good = report->exit_code == 0;

  if (good && style->quiet)
    return;
  printable_append (out, report->file, -1);
  g_string_append (out, ": ");
  style_append (out, style->color, good ? ROLE_GOOD : ROLE_ERROR,
                good ? "ok" : "refused");
  if (n_errors + n_warnings > 0)
    {
      g_string_append (out, " (");
      append_counts (out, n_errors, n_warnings);
      g_string_append_c (out, ')');
    }
  g_string_append_c (out, '\n');
}

void
report_text_summary (GString *out, guint n_errors, guint n_warnings, guint n_files)
{
  append_counts (out, n_errors, n_warnings);
  g_string_append (out, " in ");
  append_count (out, n_files, "file");
  g_string_append_c (out, '\n');
}
