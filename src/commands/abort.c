/* SPDX-License-Identifier: Apache-2.0
 *
 * abort: go back to where a migration began.
 */
#include "config.h"

#include "commands/database_verb.h"
#include "commands/verbs.h"

static int
run (const Invocation *invocation)
{
  return database_verb_run (invocation, DATABASE_GOAL_ABORT);
}

const Command command_abort = {
  .name = "abort",
  .option = N_OPTIONS,
  .arguments = "[FILE|ID]",
  .kind = ARGUMENTS_FILES,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTIONS_OF_DATABASE | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT) | OPTION_BIT (OPTION_MAX_ROWS)
             | OPTION_BIT (OPTION_ACCEPT_LOSS),
  .required = OPTION_BIT (OPTION_URL),
  .summary = "go back to where a migration began",
  .details
  = "Goes back to the schema and the rows from before the migration. What cannot come\n"
    "back is listed, and needs --accept-loss.\n"
    "Without FILE or ID it is the one migration that is not finished.",
  .run = run,
};
