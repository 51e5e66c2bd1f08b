/* SPDX-License-Identifier: Apache-2.0
 *
 * What standard error hears about one file: findings, notes, and after a failure what
 * failed and where, the state of the database, the next command.
 */
#include "config.h"

#include "report/excerpt.h"
#include "report/printable.h"
#include "report/report.h"
#include "report/shell_word.h"
#include "report/style.h"

#include <string.h>

static const Role SEVERITY_ROLES[] = {
  [SEVERITY_INFO] = ROLE_INFO,
  [SEVERITY_WARNING] = ROLE_WARNING,
  [SEVERITY_ERROR] = ROLE_ERROR,
};

static void
append_place (GString *out, const Location *location, const char *file, gboolean color)
{
  style_begin (out, color, ROLE_PLACE);
  printable_append (out, location->file != NULL ? location->file : file, -1);
  if (location->line > 0)
    g_string_append_printf (out, ":%u", location->line);
  if (location->line > 0 && location->column > 0)
    g_string_append_printf (out, ":%u", location->column);
  style_end (out, color);
  g_string_append (out, ": ");
}

/* "load" and "plan" are no rules of the catalogue, so nobody can ask to explain them. */
static gboolean
is_catalogued (const char *rule)
{
  return rule != NULL && g_str_has_prefix (rule, "ZDM");
}

static void
append_severity (GString *out, Severity severity, const char *rule, gboolean color)
{
  style_begin (out, color, SEVERITY_ROLES[severity]);
  g_string_append (out, severity_to_string (severity));
  if (is_catalogued (rule))
    {
      g_string_append_c (out, '[');
      printable_append (out, rule, -1);
      g_string_append_c (out, ']');
    }
  style_end (out, color);
  g_string_append (out, ": ");
}

/* "  help: …"; lines after the first are indented as far. */
static void
append_detail (GString *out, const char *name, const char *text, gboolean color)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_string_append (out, "  ");
  style_append (out, color, ROLE_FAINT, name);
  g_string_append (out, ": ");
  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_printf (out, "\n%*s", (int) strlen (name) + 4, "");
      printable_append (out, lines[i], -1);
    }
  g_string_append_c (out, '\n');
}

static void
append_finding (GString *out, const Diagnostic *diagnostic, const char *file,
                SourceText *source, gboolean color)
{
  append_place (out, &diagnostic->location, file, color);
  append_severity (out, diagnostic->severity, diagnostic->rule, color);
  printable_append (out, diagnostic->message, -1);
  g_string_append_c (out, '\n');
  if (diagnostic->location.file == NULL || g_str_equal (diagnostic->location.file, file))
    excerpt_append (out, source, &diagnostic->location, color);
  if (diagnostic->help != NULL)
    append_detail (out, "help", diagnostic->help, color);
}

/* Who validates wants to hear everything, who runs only what matters. */
static Severity
shown_from (const FileReport *report, const ReportStyle *style)
{
  if (style->quiet)
    return SEVERITY_ERROR;
  return report->subject == REPORT_OF_VALIDATION || style->verbose ? SEVERITY_INFO
                                                                   : SEVERITY_WARNING;
}

static void
append_findings (GString *out, const FileReport *report, SourceText *source,
                 const ReportStyle *style)
{
  Severity at_least = shown_from (report, style);

  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    {
      const Diagnostic *diagnostic = diagnostic_list_get (report->diagnostics, i);

      if (diagnostic->severity >= at_least)
        append_finding (out, diagnostic, report->file, source, style->color);
    }
}

/* A failure that no finding tells. */
static void
append_error (GString *out, const FileReport *report, const Location *location,
              SourceText *source, const char *message, gboolean color)
{
  append_place (out, location, report->file, color);
  append_severity (out, SEVERITY_ERROR, NULL, color);
  printable_append (out, message, -1);
  g_string_append_c (out, '\n');
  excerpt_append (out, source, location, color);
}

static void
append_failed_step (GString *out, const FileReport *report, SourceText *source,
                    gboolean color)
{
  const MigrationStep *step = report->executor->failed_step;
  const char *reason = step->error != NULL ? step->error : report->failure;
  g_autofree char *message = g_strdup_printf (
      "step %u failed: %s", step->index, reason != NULL ? reason : "no reason was given");

  append_error (out, report, &step->location, source, message, color);
  append_detail (out, "step", step->description, color);
}

static void
append_red_cell (GString *out, const FileReport *report, guint boundary, guint client,
                 SourceText *source, gboolean color)
{
  const Rehearsal *rehearsal = report->rehearsal;
  const RehearsalCell *cell = &rehearsal->cells[boundary * rehearsal->n_clients + client];
  const Client *who = g_ptr_array_index (report->migration->clients, client);
  g_autofree char *where = boundary == 0 ? g_strdup ("before step 1")
                                         : g_strdup_printf ("after step %u", boundary);
  g_autofree char *label = migration_client_label (report->migration, who);
  g_autofree char *message
      = g_strdup_printf ("client '%s' fails %s: %s", label, where,
                         cell->reason != NULL ? cell->reason : "no reason was given");

  append_error (out, report, &who->location, source, message, color);
}

static void
append_red_clients (GString *out, const FileReport *report, SourceText *source,
                    gboolean color)
{
  const Rehearsal *rehearsal = report->rehearsal;

  for (guint client = 0; client < rehearsal->n_clients; client++)
    for (guint boundary = 0; boundary < rehearsal->n_boundaries; boundary++)
      if (rehearsal->cells[boundary * rehearsal->n_clients + client].result
          == REHEARSAL_RED)
        append_red_cell (out, report, boundary, client, source, color);
}

static void
append_broken_laws (GString *out, const FileReport *report, SourceText *source,
                    gboolean color)
{
  for (guint i = 0; i < report->rehearsal->laws->len; i++)
    {
      const RehearsalLaw *law = g_ptr_array_index (report->rehearsal->laws, i);
      g_autofree char *message = NULL;

      if (law->holds)
        continue;
      message = g_strdup_printf ("%s: %s", law->name,
                                 law->reason != NULL ? law->reason : "it does not hold");
      append_error (out, report, &report->migration->location, source, message, color);
    }
}

static void
append_failure (GString *out, const FileReport *report, SourceText *source,
                gboolean color)
{
  const Location unknown = { .file = report->file };

  if (report->executor != NULL && report->executor->failed_step != NULL)
    append_failed_step (out, report, source, color);
  else if (report->failure != NULL)
    append_error (out, report, &unknown, source, report->failure, color);
  for (guint i = 0; report->details != NULL && report->details[i] != NULL; i++)
    {
      g_string_append (out, "  - ");
      printable_append (out, report->details[i], -1);
      g_string_append_c (out, '\n');
    }
  if (report->rehearsal != NULL && !report->rehearsal->green)
    {
      append_red_clients (out, report, source, color);
      append_broken_laws (out, report, source, color);
    }
}

static const char *
state_of (const FileReport *report)
{
  if (report->state != NULL)
    return report->state;
  if (report->rehearsal != NULL)
    return "nothing outside memory was touched";
  if (report->executor == NULL)
    return "nothing ran and no database was opened";
  if (report->executor->plan->phase == MIGRATION_PHASE_ROLLED_BACK)
    return "nothing outside memory was touched; the tables are as at the start";
  return "nothing outside memory was touched; the tables in memory are part-way";
}

static const char *
next_of (const FileReport *report)
{
  if (report->rehearsal != NULL)
    return "correct the file, then: zdm-run rehearse ";
  if (report->executor != NULL && report->executor->failed_step != NULL)
    return "correct the step or the rows it met, then: zdm-run rehearse ";
  if (report->plan != NULL && report->failure != NULL)
    return "see the steps: zdm-run plan ";
  return "correct the file, then: zdm-run --validate-only ";
}

static void
append_next (GString *out, const FileReport *report, gboolean color)
{
  if (report->next != NULL)
    {
      append_detail (out, "next", report->next, color);
      return;
    }
  g_autoptr (GString) text = g_string_new (next_of (report));

  shell_word_append (text, report->file);
  append_detail (out, "next", text->str, color);
}

static void
append_notes (GString *out, const FileReport *report, gboolean color)
{
  for (guint i = 0; report->notes != NULL && report->notes[i] != NULL; i++)
    {
      style_append (out, color, ROLE_INFO, "note");
      g_string_append (out, ": ");
      printable_append (out, report->notes[i], -1);
      g_string_append_c (out, '\n');
    }
}

void
report_text_messages (GString *out, const FileReport *report, const ReportStyle *style)
{
  SourceText source = source_text (report->source);

  append_findings (out, report, &source, style);
  if (!style->quiet)
    append_notes (out, report, style->color);
  if (report->exit_code == 0)
    {
      if (report->next != NULL && !style->quiet)
        append_detail (out, "next", report->next, style->color);
      return;
    }
  append_failure (out, report, &source, style->color);
  append_detail (out, "state", state_of (report), style->color);
  append_next (out, report, style->color);
}
