/* SPDX-License-Identifier: Apache-2.0
 *
 * contract: finish a migration: drop the old shape.
 */
#include "config.h"

#include "commands/database_verb.h"
#include "commands/verbs.h"

static int
run (const Invocation *invocation)
{
  return database_verb_run (invocation, DATABASE_GOAL_CONTRACT);
}

const Command command_contract = {
  .name = "contract",
  .option = N_OPTIONS,
  .arguments = "[FILE|ID]",
  .kind = ARGUMENTS_FILES,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTIONS_OF_DATABASE | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT) | OPTION_BIT (OPTION_MAX_ROWS),
  .required = OPTION_BIT (OPTION_URL),
  .summary = "finish a migration: drop the old shape",
  .details
  = "Runs the contracting phase of a migration that waits for it, once no row is out\n"
    "of step. What it drops can be refilled later, not brought back.\n"
    "Without FILE or ID it is the one migration that is not finished.",
  .run = run,
};
