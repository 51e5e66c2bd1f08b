/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps as they happen, as text or as JSON lines.
 */
#include "config.h"

#include "commands/progress.h"

#include "commands/output.h"
#include "report/printable.h"

static void
say_text (const char *event, const MigrationPlan *plan, const MigrationStep *step)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "%s %u/%u %s ", event, step->index,
                          migration_plan_n_steps (plan),
                          migration_phase_to_string (step->phase));
  printable_append (line, step->description, -1);
  g_string_append_c (line, '\n');
  message_write (line);
}

static void
say_json (const char *event, const MigrationPlan *plan, const MigrationStep *step)
{
  g_autoptr (GString) line = g_string_new (NULL);
  JsonPrinter printer = json_printer (line);

  json_begin_object (&printer, NULL, JSON_LINE);
  json_string (&printer, "event", event);
  json_string (&printer, "migration_id", plan->id);
  json_integer (&printer, "index", step->index);
  json_integer (&printer, "steps", migration_plan_n_steps (plan));
  json_string (&printer, "phase", migration_phase_to_string (step->phase));
  json_string (&printer, "description", step->description);
  json_end_object (&printer);
  g_string_append_c (line, '\n');
  message_write (line);
}

static void
step_finished (G_GNUC_UNUSED gpointer data, const MigrationPlan *plan,
               const MigrationStep *step)
{
  say_text ("done", plan, step);
}

static void
step_undone (G_GNUC_UNUSED gpointer data, const MigrationPlan *plan,
             const MigrationStep *step)
{
  say_text ("undone", plan, step);
}

static void
step_finished_json (G_GNUC_UNUSED gpointer data, const MigrationPlan *plan,
                    const MigrationStep *step)
{
  say_json ("done", plan, step);
}

static void
step_undone_json (G_GNUC_UNUSED gpointer data, const MigrationPlan *plan,
                  const MigrationStep *step)
{
  say_json ("undone", plan, step);
}

static const MigrationObserver OBSERVERS[] = {
  [REPORT_FORMAT_TEXT] = { .step_finished = step_finished, .step_undone = step_undone },
  [REPORT_FORMAT_JSON]
  = { .step_finished = step_finished_json, .step_undone = step_undone_json },
};

const MigrationObserver *
progress_observer (const Options *options)
{
  ReportFormat format
      = options->format == REPORT_FORMAT_JSON ? REPORT_FORMAT_JSON : REPORT_FORMAT_TEXT;

  return options->verbose && !options->quiet ? &OBSERVERS[format] : NULL;
}
