/* SPDX-License-Identifier: Apache-2.0
 *
 * contract, continue, abort.
 */
#include "config.h"

#include "commands/database_verb.h"

#include "commands/batch.h"

int
database_verb_run (const Invocation *invocation, DatabaseGoal goal)
{
  return batch_run_recorded (invocation, goal);
}
