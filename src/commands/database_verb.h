/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs that go on with what is recorded in a database.
 */
#pragma once

#include "commands/command.h"
#include "runner/database_run.h"

/**
 * database_verb_run:
 * @invocation: its argument is a migration's id or file; without one it is the one
 *   migration that is not finished
 *
 * Returns: the exit code
 */
int database_verb_run (const Invocation *invocation, DatabaseGoal goal);
