/* SPDX-License-Identifier: Apache-2.0
 *
 * plan: what a run would do.
 */
#include "config.h"

#include "commands/batch.h"
#include "commands/verbs.h"

static int
plan (const Invocation *invocation)
{
  return batch_run (invocation, REPORT_OF_PLAN, report_text_plan, BATCH_STOPS);
}

const Command command_plan = {
  .name = "plan",
  .option = OPTION_DRY_RUN,
  .arguments = "FILE…",
  .kind = ARGUMENTS_FILES,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_DRY_RUN) | OPTIONS_OF_RULES
             | OPTION_BIT (OPTION_URL) | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT),
  .formats = FORMAT_BIT (REPORT_FORMAT_GITHUB),
  .summary = "show phases and steps; run nothing",
  .details
  = "Shows the steps of each migration FILE by phase, how each of them is undone,\n"
    "and the line after which data is dropped. Runs nothing. With --engine or --url\n"
    "it shows every statement, who has to wait for it and what it costs; PostgreSQL\n"
    "or MariaDB itself is asked for that, on empty copies of the tables of which\n"
    "nothing stays.",
  .run = plan,
};
