/* SPDX-License-Identifier: Apache-2.0
 *
 * zdm-run: the table of its verbs, which is the program.
 */
#include "config.h"

#include "commands/command_line.h"
#include "commands/verbs.h"

static const Command *const COMMANDS[] = {
  &command_run,      &command_fix,      &command_validate,   &command_plan,
  &command_rehearse, &command_contract, &command_continue,   &command_abort,
  &command_status,   &command_history,  &command_verify,     &command_new,
  &command_schema,   &command_explain,  &command_completion, NULL,
};

int
main (int argc, char **argv)
{
  return command_line_run (COMMANDS, argc, argv);
}
