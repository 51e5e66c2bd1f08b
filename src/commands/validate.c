/* SPDX-License-Identifier: Apache-2.0
 *
 * --validate-only: look at every file, run nothing.
 */
#include "config.h"

#include "commands/batch.h"
#include "commands/verbs.h"

static int
validate (const Invocation *invocation)
{
  return batch_run (invocation, REPORT_OF_VALIDATION, report_text_validation,
                    BATCH_GOES_ON);
}

const Command command_validate = {
  .option = OPTION_VALIDATE_ONLY,
  .arguments = "FILE…",
  .kind = ARGUMENTS_FILES,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_VALIDATE_ONLY) | OPTIONS_OF_RULES
             | OPTION_BIT (OPTION_URL) | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT),
  .formats = FORMAT_BIT (REPORT_FORMAT_SARIF) | FORMAT_BIT (REPORT_FORMAT_JUNIT)
             | FORMAT_BIT (REPORT_FORMAT_GITHUB) | FORMAT_BIT (REPORT_FORMAT_GITLAB),
  .summary = "load, plan and check the migrations",
  .details = "Loads and plans every migration FILE and checks it against the rules\n"
             "(see zdm-run explain). Runs nothing; with --url it reads, and only reads,\n"
             "what that database has recorded of them. All files are looked at; the\n"
             "exit code is that of the first one that is refused.",
  .run = validate,
};
