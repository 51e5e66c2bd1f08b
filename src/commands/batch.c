/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs file after file and sends each report on its way.
 */
#include "config.h"

#include "commands/batch.h"

#include <unistd.h>

#include "commands/database_view.h"
#include "commands/file_run.h"
#include "commands/output.h"
#include "commands/progress.h"
#include "model/error.h"
#include "report/document.h"

typedef struct
{
  const Invocation *invocation;
  ReportText text;
  ReportStyle result_style, message_style;
  Output *output;
  GString *buffer;              /* what is written next */
  const DocumentFormat *format; /* NULL: text */
  ReportDocument document;
  FileNeighbours neighbours;
  gboolean is_recorded; /* not files, but a migration that a database knows */
  DatabaseGoal goal;
  guint n_reported, n_errors, n_warnings;
} Batch;

static ReportStyle
style_for (const Options *options, gboolean color)
{
  return (ReportStyle){ .color = color,
                        .quiet = options->quiet,
                        .verbose = options->verbose,
                        .max_rows = options->max_rows };
}

static gboolean
flush (Batch *batch, GError **error)
{
  gboolean good = output_write (batch->output, batch->buffer, error);

  g_string_truncate (batch->buffer, 0);
  return good;
}

/* -q silences what is printed, not what is asked for as a file or as data. */
static gboolean
wants_result (const Batch *batch, const FileReport *report)
{
  const Options *options = batch->invocation->options;

  return !options->quiet || options->output != NULL
         || report->subject == REPORT_OF_VALIDATION;
}

static void
draw_text (Batch *batch, const FileReport *report)
{
  gsize start = batch->buffer->len;

  if (batch->n_reported > 0 && report->subject != REPORT_OF_VALIDATION)
    g_string_append_c (batch->buffer, '\n');
  gsize separated = batch->buffer->len;
  batch->text (batch->buffer, report, &batch->result_style);
  if (batch->buffer->len == separated)
    g_string_truncate (batch->buffer, start);
}

static void
count_findings (Batch *batch, const FileReport *report)
{
  guint n_errors = diagnostic_list_count (report->diagnostics, SEVERITY_ERROR);

  batch->n_errors += n_errors;
  batch->n_warnings
      += diagnostic_list_count (report->diagnostics, SEVERITY_WARNING) - n_errors;
}

/* In a job on GitHub the findings are shown beside the changed lines as well, unless a
 * format was asked for. */
static gboolean
wants_annotations (const Options *options)
{
  return !options->has_format && g_strcmp0 (g_getenv ("GITHUB_ACTIONS"), "true") == 0;
}

/* The result goes first: who reads both sees what failed last. */
static gboolean
show (Batch *batch, const FileReport *report, GError **error)
{
  g_autoptr (GString) messages = g_string_new (NULL);
  gboolean good = TRUE;

  if (batch->format != NULL)
    batch->format->add (&batch->document, report);
  else if (wants_result (batch, report))
    draw_text (batch, report);
  if (batch->buffer->len > 0)
    {
      good = flush (batch, error);
      batch->n_reported++;
    }
  count_findings (batch, report);
  report_text_messages (messages, report, &batch->message_style);
  if (wants_annotations (batch->invocation->options))
    github_annotations (messages, report);
  message_write (messages);
  return good;
}

static void
say_summary (const Batch *batch, guint n_files)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (batch->n_errors + batch->n_warnings == 0 || batch->message_style.quiet)
    return;
  report_text_summary (text, batch->n_errors, batch->n_warnings, n_files);
  message_write (text);
}

/* The next file of the call; a call without argument is about what is recorded. */
static FileRun *
new_run (const Batch *batch, const char *argument, ReportSubject subject)
{
  const Options *options = batch->invocation->options;
  const MigrationObserver *observer = progress_observer (options);

  return batch->is_recorded
             ? file_run_new_recorded (argument, batch->goal, options, &batch->neighbours,
                                      observer)
             : file_run_new (argument, subject, options, &batch->neighbours, observer);
}

/* Returns: FALSE when a result could not be written */
static gboolean
run_files (Batch *batch, ReportSubject subject, BatchMode mode, int *code, GError **error)
{
  const Invocation *invocation = batch->invocation;
  guint i = 0, n = MAX (invocation->n_arguments, 1);
  gboolean good = TRUE;

  for (gboolean go_on = TRUE; go_on && good && i < n; i++)
    {
      const char *argument
          = i < invocation->n_arguments ? invocation->arguments[i] : NULL;
      g_autoptr (FileRun) run = new_run (batch, argument, subject);
      const FileReport *report = file_run_report (run);

      good = show (batch, report, error);
      *code = *code == EXIT_CODE_DONE ? report->exit_code : *code;
      go_on = report->exit_code == EXIT_CODE_DONE || mode == BATCH_GOES_ON;
    }
  say_summary (batch, i);
  return good;
}

static gboolean
run_all (Batch *batch, ReportSubject subject, BatchMode mode, int *code, GError **error)
{
  if (batch->format != NULL)
    batch->format->begin (&batch->document);
  if (!run_files (batch, subject, mode, code, error))
    return FALSE;
  if (batch->format != NULL)
    batch->format->end (&batch->document);
  return flush (batch, error);
}

static gboolean
reads_stdin_twice (const Invocation *invocation)
{
  guint n_times = 0;

  for (guint i = 0; i < invocation->n_arguments; i++)
    n_times += g_str_equal (invocation->arguments[i], "-") ? 1 : 0;
  return n_times > 1;
}

/* A result in place of its migration would be the end of it. */
static gboolean
overwrites_input (const Invocation *invocation, GError **error)
{
  const char *output = invocation->options->output;

  for (guint i = 0; output != NULL && i < invocation->n_arguments; i++)
    {
      if (!output_is_same_file (output, invocation->arguments[i]))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "--output %s is the migration itself; name another file", output);
      return TRUE;
    }
  return FALSE;
}

static gboolean
open_output (Batch *batch, GError **error)
{
  const Options *options = batch->invocation->options;

  if (reads_stdin_twice (batch->invocation))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "standard input ('-') can be read only once");
      return FALSE;
    }
  if (overwrites_input (batch->invocation, error))
    return FALSE;
  batch->neighbours.past = past_new (options->history, error);
  if (batch->neighbours.past == NULL)
    return FALSE;
  batch->output = output_open (options->output, error);
  return batch->output != NULL;
}

/* A run compares its file with what is recorded by itself. */
static gboolean
open_recorded (Batch *batch, ReportSubject subject, GError **error)
{
  const Options *options = batch->invocation->options;

  if (subject != REPORT_OF_VALIDATION || options->url == NULL)
    return TRUE;
  batch->neighbours.recorded = recorded_files_open (options->url, error);
  return batch->neighbours.recorded != NULL;
}

/* Returns: the exit code where that cannot be done */
static int
open_neighbours (Batch *batch, ReportSubject subject, GError **error)
{
  GError *problem = NULL;

  if (open_output (batch, error))
    {
      if (open_recorded (batch, subject, &problem))
        return EXIT_CODE_DONE;
      int code = database_view_exit_code (problem);
      g_propagate_error (error, problem);
      g_clear_pointer (&batch->output, output_discard);
      return code;
    }
  return EXIT_CODE_USAGE;
}

static int
batch_run_open (Batch *batch, ReportSubject subject, BatchMode mode)
{
  g_autoptr (GError) error = NULL;
  int code = EXIT_CODE_DONE;
  gboolean good = run_all (batch, subject, mode, &code, &error);

  if (good)
    good = output_close (g_steal_pointer (&batch->output), &error);
  else
    g_clear_pointer (&batch->output, output_discard);
  if (good)
    return code;
  message_error ("%s", error->message);
  return code != EXIT_CODE_DONE ? code : EXIT_CODE_INVALID;
}

static Batch
batch_of (const Invocation *invocation, ReportText text)
{
  const Options *options = invocation->options;
  gboolean colors_result
      = options->output == NULL && style_wants_color (options->color, STDOUT_FILENO);

  return (Batch){ .invocation = invocation,
                  .text = text,
                  .result_style = style_for (options, colors_result),
                  .message_style = style_for (
                      options, style_wants_color (options->color, STDERR_FILENO)) };
}

static int
run_batch (Batch *self, ReportSubject subject, BatchMode mode)
{
  const Options *options = self->invocation->options;
  g_autoptr (GError) error = NULL;

  int code = open_neighbours (self, subject, &error);
  if (code != EXIT_CODE_DONE)
    {
      message_error ("%s", error->message);
      past_free (self->neighbours.past);
      return code;
    }
  self->buffer = g_string_new (NULL);
  self->format = document_format (options->format);
  self->document = (ReportDocument){ .out = self->buffer,
                                     .json = json_printer (self->buffer),
                                     .style = &self->result_style,
                                     .n_files = MAX (self->invocation->n_arguments, 1) };
  self->neighbours.projects = project_finder_new (options);
  code = batch_run_open (self, subject, mode);
  project_finder_free (self->neighbours.projects);
  g_string_free (self->buffer, TRUE);
  recorded_files_free (self->neighbours.recorded);
  past_free (self->neighbours.past);
  return code;
}

int
batch_run (const Invocation *invocation, ReportSubject subject, ReportText text,
           BatchMode mode)
{
  Batch batch = batch_of (invocation, text);

  return run_batch (&batch, subject, mode);
}

int
batch_run_recorded (const Invocation *invocation, DatabaseGoal goal)
{
  Batch batch = batch_of (invocation, report_text_run);

  batch.is_recorded = TRUE;
  batch.goal = goal;
  return run_batch (&batch, REPORT_OF_RUN, BATCH_STOPS);
}
