/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs that go on with what is recorded in a database.
 */
#pragma once

#include "commands/command.h"

typedef enum
{
  DATABASE_GOAL_CONTRACT,
  DATABASE_GOAL_CONTINUE,
  DATABASE_GOAL_ABORT,
} DatabaseGoal;

/**
 * database_verb_run:
 * @invocation: its argument is a migration's id or file; without one it is the one
 *   migration that is not finished
 *
 * Returns: the exit code
 */
int database_verb_run (const Invocation *invocation, DatabaseGoal goal);
