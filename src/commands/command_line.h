/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line: words → verb, options, arguments.
 */
#pragma once

#include "commands/command.h"

/**
 * command_line_run:
 * @commands: NULL-ended; the first is what the program does without a verb
 *
 * Returns: the exit code
 */
int command_line_run (const Command *const *commands, int argc, char **argv);
