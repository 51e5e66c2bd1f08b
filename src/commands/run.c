/* SPDX-License-Identifier: Apache-2.0
 *
 * What zdm-run does without a verb: run files in memory.
 */
#include "config.h"

#include "commands/batch.h"
#include "commands/verbs.h"

static int
run (const Invocation *invocation)
{
  return batch_run (invocation, REPORT_OF_RUN, report_text_run, BATCH_STOPS);
}

const Command command_run = {
  .option = N_OPTIONS,
  .arguments = "FILE…",
  .kind = ARGUMENTS_FILES,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_VALIDATE_ONLY)
             | OPTION_BIT (OPTION_DRY_RUN) | OPTION_BIT (OPTION_FIX)
             | OPTION_BIT (OPTION_UNTIL) | OPTION_BIT (OPTION_FAIL_AT) | OPTIONS_OF_RULES
             | OPTION_BIT (OPTION_FORMAT) | OPTION_BIT (OPTION_OUTPUT)
             | OPTION_BIT (OPTION_MAX_ROWS),
  .formats = FORMAT_BIT (REPORT_FORMAT_GITHUB),
  .summary = "run the migrations in memory",
  .details = "Runs each migration FILE in memory, on the rows it declares, through\n"
             "expand, migrate and contract. A step that fails rolls everything back.\n"
             "FILE may be - for standard input; -- ends the options and verbs.",
  .run = run,
};
