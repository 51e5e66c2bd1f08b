/* SPDX-License-Identifier: Apache-2.0
 *
 * verify: the live schema against the recorded one.
 */
#include "config.h"

#include "commands/database_verify.h"
#include "commands/database_view.h"
#include "commands/verbs.h"

static gboolean
read_differences (DatabaseView *view, GError **error)
{
  if (!database_verify (view->connection, view->report.differences, error))
    return FALSE;
  if (view->report.differences->len > 0)
    view->report.exit_code = EXIT_CODE_DRIFT;
  return TRUE;
}

static int
verify (const Invocation *invocation)
{
  static const DatabaseQuestion QUESTION
      = { read_differences, report_text_verification, report_json_verification };

  return database_view_run (invocation, &QUESTION);
}

const Command command_verify = {
  .name = "verify",
  .option = N_OPTIONS,
  .arguments = "",
  .kind = ARGUMENTS_NONE,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_URL) | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT),
  .required = OPTION_BIT (OPTION_URL),
  .summary = "compare a database with what is recorded",
  .details = "Compares the tables of the database of --url with what is recorded of its\n"
             "migrations. Exit code 8 when they differ. Writes nothing.",
  .run = verify,
};
