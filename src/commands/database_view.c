/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens, reads and prints; writes nothing, so a user who may only read can ask.
 */
#include "config.h"

#include "commands/database_view.h"

#include <unistd.h>

#include "commands/database_engine.h"
#include "commands/database_url.h"
#include "commands/output.h"
#include "commands/result.h"
#include "model/diagnostic.h"
#include "model/error.h"

/* A reader that cannot read, for whatever reason, could not connect. */
int
database_view_exit_code (const GError *error)
{
  if (g_error_matches (error, ZDM_ERROR, ZDM_ERROR_INVALID)
      || g_error_matches (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED))
    return EXIT_CODE_USAGE;
  if (g_error_matches (error, ZDM_ERROR, ZDM_ERROR_DRIFT))
    return EXIT_CODE_DRIFT;
  if (g_error_matches (error, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT))
    return EXIT_CODE_LOCKED;
  return EXIT_CODE_CANNOT_CONNECT;
}

static gboolean
ask (DatabaseView *view, const char *url, const DatabaseQuestion *question,
     GError **error)
{
  DatabaseReport *report = &view->report;
  const SqlEngine *engine = database_engine_find (url, error);

  if (engine == NULL)
    return FALSE;
  report->engine = engine->name;
  view->connection = engine->open (url, SQL_READ_ONLY, error);
  if (view->connection == NULL
      || !journal_exists (view->connection, &report->has_journal, error))
    return FALSE;
  if (!report->has_journal)
    return TRUE;
  view->journal = journal_open (view->connection, 0);
  return question->read (view, error);
}

static void
say_text (GString *out, const DatabaseView *view, const Options *options,
          const DatabaseQuestion *question)
{
  const ReportStyle style
      = { .color
          = options->output == NULL && style_wants_color (options->color, STDOUT_FILENO),
          .quiet = options->quiet,
          .verbose = options->verbose };

  if (view->report.failure == NULL && (!options->quiet || options->output != NULL))
    question->text (out, &view->report, &style);
}

static int
say (const DatabaseView *view, const Options *options, const DatabaseQuestion *question)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (options->format == REPORT_FORMAT_JSON)
    {
      JsonPrinter printer = json_printer (out);

      question->json (&printer, &view->report);
      g_string_append_c (out, '\n');
    }
  else
    say_text (out, view, options, question);
  int code = out->len > 0 ? result_print (options, out) : EXIT_CODE_DONE;
  if (view->report.failure != NULL)
    message_error ("%s", view->report.failure);
  return view->report.exit_code != EXIT_CODE_DONE ? view->report.exit_code : code;
}

static void
view_init (DatabaseView *view, const Invocation *invocation, const char *shown_url)
{
  const char *text = invocation->options->texts[OPTION_URL];

  *view = (DatabaseView){ .arena = arena_new () };
  view->report = (DatabaseReport){
    .url = shown_url,
    .url_to_type = g_str_equal (text, "env") ? text : shown_url,
    .id = invocation->arguments[0],
    .statuses = g_ptr_array_new (),
    .events = g_ptr_array_new (),
    .differences = g_ptr_array_new_with_free_func (g_free),
  };
}

static void
view_clear (DatabaseView *view)
{
  g_ptr_array_unref (view->report.statuses);
  g_ptr_array_unref (view->report.events);
  g_ptr_array_unref (view->report.differences);
  g_clear_pointer (&view->journal, journal_free);
  if (view->connection != NULL)
    view->connection->engine->close (view->connection);
  arena_free (view->arena);
}

int
database_view_run (const Invocation *invocation, const DatabaseQuestion *question)
{
  const Options *options = invocation->options;
  g_autofree char *shown_url = database_url_redact (options->url);
  g_autofree char *failure = NULL;
  g_autoptr (GError) error = NULL;
  DatabaseView view;

  view_init (&view, invocation, shown_url);
  if (!ask (&view, options->url, question, &error))
    {
      failure = database_url_clean (error->message, options->url);
      view.report.failure = failure;
      view.report.exit_code = database_view_exit_code (error);
    }
  int code = say (&view, options, question);
  view_clear (&view);
  return code;
}

static const char *
nearest_id (const GPtrArray *runs, const char *id)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (ids, (gpointer) ((const JournalRun *) runs->pdata[i])->id);
  g_ptr_array_add (ids, NULL);
  return nearest_name (id, (const char *const *) ids->pdata);
}

gboolean
database_view_migration (DatabaseView *view, const GPtrArray *runs, const char **id)
{
  const char *word = view->report.id;

  *id = word;
  if (word == NULL)
    return TRUE;
  for (guint i = 0; i < runs->len; i++)
    {
      const JournalRun *run = g_ptr_array_index (runs, i);

      *id = run->id;
      if (g_str_equal (run->id, word) || g_strcmp0 (run->file, word) == 0)
        return TRUE;
    }
  view->report.nearest = nearest_id (runs, word);
  return FALSE;
}
