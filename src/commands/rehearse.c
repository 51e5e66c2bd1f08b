/* SPDX-License-Identifier: Apache-2.0
 *
 * rehearse: the proof that a migration keeps its promises.
 */
#include "config.h"

#include "commands/batch.h"
#include "commands/verbs.h"

static int
rehearse_files (const Invocation *invocation)
{
  return batch_run (invocation, REPORT_OF_REHEARSAL, report_text_rehearsal, BATCH_STOPS);
}

const Command command_rehearse = {
  .name = "rehearse",
  .option = N_OPTIONS,
  .arguments = "FILE…",
  .kind = ARGUMENTS_FILES,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .options = OPTIONS_EVERYWHERE | OPTIONS_OF_RULES | OPTION_BIT (OPTION_URL)
             | OPTION_BIT (OPTION_FORMAT) | OPTION_BIT (OPTION_OUTPUT),
  .formats = FORMAT_BIT (REPORT_FORMAT_GITHUB),
  .summary = "prove the promises in memory",
  .details
  = "Rehearses each migration FILE in memory: every declared client reads and\n"
    "writes at every step boundary of its phases, every step fails once and must\n"
    "leave the start behind. With --url also on a scratch database of that kind,\n"
    "never on its tables. Exit code 9 when a promise is broken.",
  .run = rehearse_files,
};
