/* SPDX-License-Identifier: Apache-2.0
 *
 * continue: go on where a run stopped.
 */
#include "config.h"

#include "commands/database_verb.h"
#include "commands/verbs.h"

static int
run (const Invocation *invocation)
{
  return database_verb_run (invocation, DATABASE_GOAL_CONTINUE);
}

const Command command_continue = {
  .name = "continue",
  .option = N_OPTIONS,
  .arguments = "[FILE|ID]",
  .kind = ARGUMENTS_FILES,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTIONS_OF_DATABASE | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT) | OPTION_BIT (OPTION_MAX_ROWS),
  .required = OPTION_BIT (OPTION_URL),
  .summary = "go on where a run stopped",
  .details
  = "Goes on with a migration from the action that is recorded as its last one, up to\n"
    "the end it was to come to; one that was being rolled back is rolled back.\n"
    "Without FILE or ID it is the one migration that is not finished.",
  .run = run,
};
