/* SPDX-License-Identifier: Apache-2.0
 *
 * What zdm-run does without a verb: run files, in memory or on a database.
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
  .options
  = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_VALIDATE_ONLY) | OPTION_BIT (OPTION_DRY_RUN)
    | OPTION_BIT (OPTION_FIX) | OPTION_BIT (OPTION_UNTIL) | OPTION_BIT (OPTION_FAIL_AT)
    | OPTIONS_OF_RULES | OPTION_BIT (OPTION_FORMAT) | OPTION_BIT (OPTION_OUTPUT)
    | OPTION_BIT (OPTION_MAX_ROWS) | OPTIONS_OF_DATABASE | OPTION_BIT (OPTION_SEED_DATA),
  .formats = FORMAT_BIT (REPORT_FORMAT_GITHUB),
  .summary = "run the migrations",
  .details = "Runs each migration FILE through expand, migrate and contract: in memory,\n"
             "on the rows it declares; with --url on that database, where contract\n"
             "waits for a call of its own. A step that fails rolls everything back.\n"
             "FILE may be - for standard input; -- ends the options and verbs.",
  .run = run,
};
