/* SPDX-License-Identifier: Apache-2.0
 *
 * history: what has been done to a database, by whom and when.
 */
#include "config.h"

#include "commands/database_view.h"
#include "commands/verbs.h"

static gboolean
read_history (DatabaseView *view, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  const char *id;

  if (!journal_runs (view->journal, FALSE, view->arena, runs, error))
    return FALSE;
  if (!database_view_migration (view, runs, &id))
    return TRUE;
  return journal_events (view->journal, id, view->arena, view->report.events, error);
}

static int
history (const Invocation *invocation)
{
  static const DatabaseQuestion QUESTION
      = { read_history, report_text_history, report_json_history };

  return database_view_run (invocation, &QUESTION);
}

const Command command_history = {
  .name = "history",
  .option = N_OPTIONS,
  .arguments = "[ID]",
  .kind = ARGUMENTS_NAME,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_URL) | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT),
  .required = OPTION_BIT (OPTION_URL),
  .summary = "show what has been done to a database",
  .details
  = "Shows the log of the database of --url, oldest first: when, which migration,\n"
    "its phase, what happened, and the runner. Writes nothing.",
  .run = history,
};
