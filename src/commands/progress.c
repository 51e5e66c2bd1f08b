/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps as they happen, as text or as JSON lines.
 */
#include "config.h"

#include "commands/progress.h"

#include <math.h>
#include <unistd.h>

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

/* Rows -------------------------------------------------------------------------- */

#define BAR_WIDTH 24
#define LINE_EVERY_US (2 * G_USEC_PER_SEC)

/* "12 s", "3 min 20 s", "2 h 5 min" */
static char *
duration_to_string (double seconds)
{
  guint64 s = (guint64) ceil (seconds);

  if (s < 60)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " s", s);
  if (s < 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " min %" G_GUINT64_FORMAT " s", s / 60,
                            s % 60);
  return g_strdup_printf ("%" G_GUINT64_FORMAT " h %" G_GUINT64_FORMAT " min", s / 3600,
                          s % 3600 / 60);
}

static void
append_left (GString *line, guint64 n_rows, guint64 n_total, double rows_per_s)
{
  if (rows_per_s <= 0 || n_total <= n_rows)
    return;
  g_autofree char *left = duration_to_string ((double) (n_total - n_rows) / rows_per_s);
  g_string_append_printf (line, ", %s left", left);
}

static void
append_rows (GString *line, guint64 n_rows, guint64 n_total, double rows_per_s)
{
  g_string_append_printf (line, "%" G_GUINT64_FORMAT " rows", n_rows);
  if (rows_per_s > 0)
    g_string_append_printf (line, ", %.0f rows/s", rows_per_s);
  append_left (line, n_rows, n_total, rows_per_s);
}

static void
append_bar (GString *line, guint64 n_rows, guint64 n_total)
{
  double share = n_total > 0 ? MIN (1.0, (double) n_rows / (double) n_total) : 0;
  guint full = (guint) (share * BAR_WIDTH);

  g_string_append_c (line, '[');
  for (guint i = 0; i < BAR_WIDTH; i++)
    g_string_append_c (line, i < full ? '#' : '.');
  g_string_append_printf (line, "] %3.0f%% ", share * 100);
}

/* Over itself, until it is done. */
static void
draw_bar (guint64 n_rows, guint64 n_total, double rows_per_s, gboolean done)
{
  g_autoptr (GString) line = g_string_new ("\r\033[K");

  append_bar (line, done ? MAX (n_rows, 1) : n_rows, done ? MAX (n_rows, 1) : n_total);
  append_rows (line, n_rows, n_total, rows_per_s);
  if (done)
    g_string_append_c (line, '\n');
  message_write (line);
}

static void
say_rows (const Action *action, guint64 n_rows, guint64 n_total, double rows_per_s)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_append_printf (line, "rows %u/%u ", action->step->index, action->index);
  append_rows (line, n_rows, n_total, rows_per_s);
  g_string_append_c (line, '\n');
  message_write (line);
}

static void
say_rows_json (const Action *action, guint64 n_rows, guint64 n_total, double rows_per_s)
{
  g_autoptr (GString) line = g_string_new (NULL);
  JsonPrinter printer = json_printer (line);

  json_begin_object (&printer, NULL, JSON_LINE);
  json_string (&printer, "event", "rows");
  json_integer (&printer, "index", action->step->index);
  json_integer (&printer, "action", action->index);
  json_integer (&printer, "rows", (gint64) n_rows);
  json_integer (&printer, "total", (gint64) n_total);
  json_integer (&printer, "rows_per_s", (gint64) rows_per_s);
  json_end_object (&printer);
  g_string_append_c (line, '\n');
  message_write (line);
}

/* Whether it is time for another line, or the last one has come. */
static gboolean
is_due (gboolean done)
{
  static gint64 last = 0;
  gint64 time = g_get_monotonic_time ();

  if (!done && time - last < LINE_EVERY_US)
    return FALSE;
  last = time;
  return TRUE;
}

void
progress_chunk (gpointer data, const Action *action, guint64 n_rows, guint64 n_total,
                double rows_per_s, gboolean done)
{
  const Options *options = data;

  if (options->quiet)
    return;
  if (options->format == REPORT_FORMAT_JSON)
    {
      if (options->verbose && is_due (done))
        say_rows_json (action, n_rows, n_total, rows_per_s);
    }
  else if (isatty (STDERR_FILENO))
    draw_bar (n_rows, n_total, rows_per_s, done);
  else if (options->verbose && is_due (done))
    say_rows (action, n_rows, n_total, rows_per_s);
}

/* Pauses ------------------------------------------------------------------------ */

typedef struct
{
  const char *event;       /* in a line of JSON */
  const char *key;         /* of the text there */
  const char *begin, *end; /* around the text */
} PauseRow;

static const PauseRow PAUSES[] = {
  [PAUSE_WAITS] = { "waiting", "reason", "waits: ", "" },
  [PAUSE_IS_OVER] = { "resumed", "after", "goes on after ", "" },
  [PAUSE_REMARKS] = { "note", "reason", "note: ", "" },
  [PAUSE_IS_BLIND] = { "note", "reason", "note: ", "; it is not looked at" },
};

static void
say_pause_json (const Action *action, const PauseRow *row, const char *text)
{
  g_autoptr (GString) line = g_string_new (NULL);
  JsonPrinter printer = json_printer (line);

  json_begin_object (&printer, NULL, JSON_LINE);
  json_string (&printer, "event", row->event);
  json_integer (&printer, "index", action->step->index);
  json_integer (&printer, "action", action->index);
  json_string (&printer, row->key, text);
  json_end_object (&printer);
  g_string_append_c (line, '\n');
  message_write (line);
}

/* In place of the bar, which comes again below. */
static void
say_pause (const Action *action, const PauseRow *row, const char *text)
{
  g_autoptr (GString) line = g_string_new (isatty (STDERR_FILENO) ? "\r\033[K" : "");

  g_string_append_printf (line, "step %u %s", action->step->index, row->begin);
  printable_append (line, text, -1);
  g_string_append_printf (line, "%s\n", row->end);
  message_write (line);
}

void
progress_pause (gpointer data, const Action *action, PauseEvent event, const char *text)
{
  const Options *options = data;

  if (options->quiet)
    return;
  if (options->format == REPORT_FORMAT_JSON)
    say_pause_json (action, &PAUSES[event], text);
  else
    say_pause (action, &PAUSES[event], text);
}
