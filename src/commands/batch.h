/* SPDX-License-Identifier: Apache-2.0
 *
 * Batch: the files of one call, one after another; each is reported and forgotten before
 * the next is opened.
 */
#pragma once

#include "commands/command.h"
#include "runner/database_run.h"

typedef enum
{
  BATCH_STOPS,   /* the first failure ends it, and its code is the exit code */
  BATCH_GOES_ON, /* every file is looked at; the code of the first failure */
} BatchMode;

/* Returns: the exit code */
int batch_run (const Invocation *invocation, ReportSubject subject, ReportText text,
               BatchMode mode);

/* The same for a migration that a database has recorded: the call's argument, if any, is
 * its id or its file.  Returns: the exit code */
int batch_run_recorded (const Invocation *invocation, DatabaseGoal goal);
