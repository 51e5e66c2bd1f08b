/* SPDX-License-Identifier: Apache-2.0
 *
 * What is recorded in a database, for programs. Every key is always there; what does not
 * apply is null or empty.
 */
#include "config.h"

#include "report/database_report.h"
#include "report/next_command.h"

static void
print_head (JsonPrinter *printer, const DatabaseReport *report)
{
  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "url", report->url);
  json_string (printer, "engine", report->engine);
  json_boolean (printer, "journal", report->has_journal);
}

static void
print_tail (JsonPrinter *printer, const DatabaseReport *report)
{
  if (report->failure != NULL)
    json_string (printer, "error", report->failure);
  json_integer (printer, "exit_code", report->exit_code);
  json_end_object (printer);
}

static void
print_next (JsonPrinter *printer, const DatabaseReport *report,
            const MigrationStatus *status)
{
  char *commands[NEXT_COMMANDS_MAX];
  guint n_commands = next_commands (report, status, commands);

  json_begin_array (printer, "next", JSON_LINE);
  for (guint i = 0; i < n_commands; i++)
    {
      json_string (printer, NULL, commands[i]);
      g_free (commands[i]);
    }
  json_end_array (printer);
}

/* Whether all was done needs no counting where it is over. */
static void
print_progress (JsonPrinter *printer, const MigrationStatus *status)
{
  if (run_state_is_over (status->run->state))
    {
      json_null (printer, "actions");
      json_null (printer, "actions_done");
      return;
    }
  json_integer (printer, "actions", status->tally.n_actions);
  json_integer (printer, "actions_done", status->tally.n_done);
}

static void
print_status (JsonPrinter *printer, const DatabaseReport *report,
              const MigrationStatus *status)
{
  const JournalRun *run = status->run;

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "id", run->id);
  json_string (printer, "title", run->title);
  json_string (printer, "file", run->file);
  json_integer (printer, "run", run->number);
  json_string (printer, "state", run_state_to_string (run->state));
  json_string (printer, "direction",
               run->direction == RUN_BACKWARD ? "backward" : "forward");
  json_string (printer, "phase", migration_phase_to_string (run->phase));
  print_progress (printer, status);
  json_string (printer, "message", run->message);
  json_string (printer, "started", run->started);
  json_string (printer, "changed", run->changed);
  json_string (printer, "finished", run->finished);
  json_string (printer, "checksum", run->checksum);
  print_next (printer, report, status);
  json_end_object (printer);
}

void
report_json_status (JsonPrinter *printer, const DatabaseReport *report)
{
  print_head (printer, report);
  json_string (printer, "lock_holder", report->holder);
  json_begin_array (printer, "migrations", JSON_BLOCK);
  for (guint i = 0; i < report->statuses->len; i++)
    print_status (printer, report, g_ptr_array_index (report->statuses, i));
  json_end_array (printer);
  print_tail (printer, report);
}

void
report_json_history (JsonPrinter *printer, const DatabaseReport *report)
{
  print_head (printer, report);
  json_begin_array (printer, "events", JSON_BLOCK);
  for (guint i = 0; i < report->events->len; i++)
    {
      const JournalEvent *event = g_ptr_array_index (report->events, i);

      json_begin_object (printer, NULL, JSON_LINE);
      json_integer (printer, "number", event->number);
      json_string (printer, "at", event->at);
      json_string (printer, "migration_id", event->id);
      json_string (printer, "phase", event->phase);
      json_string (printer, "message", event->message);
      json_string (printer, "runner", event->runner);
      json_end_object (printer);
    }
  json_end_array (printer);
  print_tail (printer, report);
}

void
report_json_verification (JsonPrinter *printer, const DatabaseReport *report)
{
  print_head (printer, report);
  json_begin_array (printer, "differences", JSON_BLOCK);
  for (guint i = 0; i < report->differences->len; i++)
    json_string (printer, NULL, g_ptr_array_index (report->differences, i));
  json_end_array (printer);
  print_tail (printer, report);
}
