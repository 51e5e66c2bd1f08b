/* SPDX-License-Identifier: Apache-2.0
 *
 * What is recorded in a database, as people read it.
 */
#include "config.h"

#include "report/database_report.h"
#include "report/next_command.h"
#include "report/printable.h"
#include "report/style.h"

static void
append_field (GString *out, const char *name, const char *value, gboolean color)
{
  style_append (out, color, ROLE_HEADING, name);
  g_string_append (out, ": ");
  printable_append (out, value, -1);
  g_string_append_c (out, '\n');
}

/* Returns: whether there is anything to show. */
static gboolean
append_nothing (GString *out, const DatabaseReport *report, guint n_records)
{
  if (report->has_journal && n_records > 0)
    return FALSE;
  g_string_append (out, "Nothing has been recorded ");
  if (report->id == NULL || !report->has_journal)
    g_string_append (out, "here");
  else
    {
      g_string_append (out, "of '");
      printable_append (out, report->id, -1);
      g_string_append_c (out, '\'');
    }
  if (report->nearest != NULL)
    {
      g_string_append (out, "; did you mean '");
      printable_append (out, report->nearest, -1);
      g_string_append_c (out, '\'');
    }
  g_string_append (out, report->nearest != NULL ? "?\n" : ".\n");
  return TRUE;
}

/* Status ---------------------------------------------------------------------- */

static const Role STATE_ROLES[N_RUN_STATES] = {
  [RUN_RUNNING] = ROLE_INFO,  [RUN_WAITING] = ROLE_INFO,     [RUN_STOPPED] = ROLE_WARNING,
  [RUN_COMPLETE] = ROLE_GOOD, [RUN_ROLLED_BACK] = ROLE_INFO, [RUN_STUCK] = ROLE_ERROR,
};

static void
append_title (GString *out, const JournalRun *run, gboolean color)
{
  style_append (out, color, ROLE_HEADING, "Migration");
  g_string_append (out, ": ");
  printable_append (out, run->id, -1);
  if (run->title != NULL && run->title[0] != '\0')
    {
      g_string_append (out, " (");
      printable_append (out, run->title, -1);
      g_string_append_c (out, ')');
    }
  g_string_append_c (out, '\n');
}

static const char *
state_detail (const DatabaseReport *report, const JournalRun *run)
{
  if (run->state == RUN_RUNNING && report->holder == NULL)
    return ", but no runner is at work";
  if (run->state == RUN_WAITING && run->phase == MIGRATION_PHASE_MIGRATING)
    return " for contract";
  return run->state == RUN_STOPPED && run->direction == RUN_BACKWARD
             ? " while it was rolled back"
             : "";
}

static void
append_state (GString *out, const DatabaseReport *report, const JournalRun *run,
              gboolean color)
{
  style_append (out, color, ROLE_HEADING, "State");
  g_string_append (out, ": ");
  style_append (out, color, STATE_ROLES[run->state], run_state_to_string (run->state));
  g_string_append_printf (out, "%s\n", state_detail (report, run));
}

static void
append_progress (GString *out, const MigrationStatus *status, gboolean color)
{
  g_autoptr (GString) progress = g_string_new (NULL);

  g_string_append_printf (progress, "%u of %u actions", status->tally.n_done,
                          status->tally.n_actions);
  if (status->tally.fill != 0)
    g_string_append_printf (progress, ", %" G_GUINT64_FORMAT " rows by action %u",
                            status->tally.n_fill_rows, status->tally.fill);
  append_field (out, "Progress", progress->str, color);
}

static void
append_next (GString *out, const DatabaseReport *report, const MigrationStatus *status,
             gboolean color)
{
  char *commands[NEXT_COMMANDS_MAX];
  guint n_commands = next_commands (report, status, commands);

  for (guint i = 0; i < n_commands; i++)
    {
      append_field (out, i == 0 ? "Next" : "Or", commands[i], color);
      g_free (commands[i]);
    }
}

static void
append_status (GString *out, const DatabaseReport *report, const MigrationStatus *status,
               gboolean color)
{
  const JournalRun *run = status->run;

  g_string_append_c (out, '\n');
  append_title (out, run, color);
  append_state (out, report, run, color);
  append_field (out, "Phase", migration_phase_to_string (run->phase), color);
  if (!run_state_is_over (run->state))
    append_progress (out, status, color);
  append_field (out, "Since", run->changed, color);
  if (run->message != NULL)
    append_field (out, "Message", run->message, color);
  append_next (out, report, status, color);
}

void
report_text_status (GString *out, const DatabaseReport *report, const ReportStyle *style)
{
  append_field (out, "Database", report->url, style->color);
  if (report->has_journal)
    append_field (out, "Lock", report->holder != NULL ? report->holder : "free",
                  style->color);
  if (append_nothing (out, report, report->statuses->len))
    return;
  for (guint i = 0; i < report->statuses->len; i++)
    append_status (out, report, g_ptr_array_index (report->statuses, i), style->color);
}

/* History --------------------------------------------------------------------- */

static void
append_event (GString *out, const JournalEvent *event, gboolean color)
{
  printable_append (out, event->at, -1);
  g_string_append_c (out, ' ');
  printable_append (out, event->id, -1);
  g_string_append (out, " [");
  style_begin (out, color, ROLE_INFO);
  printable_append (out, event->phase, -1);
  style_end (out, color);
  g_string_append (out, "] ");
  printable_append (out, event->message, -1);
  style_begin (out, color, ROLE_FAINT);
  g_string_append (out, " (");
  printable_append (out, event->runner, -1);
  g_string_append_c (out, ')');
  style_end (out, color);
  g_string_append_c (out, '\n');
}

void
report_text_history (GString *out, const DatabaseReport *report, const ReportStyle *style)
{
  if (append_nothing (out, report, report->events->len))
    return;
  for (guint i = 0; i < report->events->len; i++)
    append_event (out, g_ptr_array_index (report->events, i), style->color);
}

/* Verification ---------------------------------------------------------------- */

void
report_text_verification (GString *out, const DatabaseReport *report,
                          const ReportStyle *style)
{
  guint n = report->differences->len;

  append_field (out, "Database", report->url, style->color);
  if (append_nothing (out, report, 1))
    return;
  style_append (out, style->color, ROLE_HEADING, "Schema");
  g_string_append (out, ": ");
  if (n == 0)
    {
      style_append (out, style->color, ROLE_GOOD, "matches what is recorded");
      g_string_append_c (out, '\n');
    }
  else
    g_string_append_printf (out, "%u difference%s from what is recorded:\n", n,
                            n == 1 ? "" : "s");
  for (guint i = 0; i < n; i++)
    {
      g_string_append (out, "  ");
      printable_append (out, g_ptr_array_index (report->differences, i), -1);
      g_string_append_c (out, '\n');
    }
}
