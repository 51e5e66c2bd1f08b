/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of exit codes.
 */
#include "config.h"

#include "commands/exit_code.h"

const ExitCodeInfo EXIT_CODES[] = {
  { EXIT_CODE_DONE, "0", "done, nothing to do, or waiting for 'contract' as planned",
    "as asked" },
  { EXIT_CODE_INVALID, "1",
    "the file is invalid or unsafe, or the result could not be written", "untouched" },
  { EXIT_CODE_USAGE, "2", "wrong usage", "untouched" },
  { EXIT_CODE_ROLLED_BACK, "3", "failed and rolled back", "as before" },
  { EXIT_CODE_STOPPED, "4", "stopped part-way, recorded: 'continue' or 'abort'",
    "known" },
  { EXIT_CODE_STUCK, "5",
    "rolling back failed too, or the database matches neither side of a step: a person "
    "must look",
    "named in full" },
  { EXIT_CODE_LOCKED, "6",
    "another runner holds the lock, or a lock was not granted in time",
    "untouched by this call" },
  { EXIT_CODE_CANNOT_CONNECT, "7", "cannot connect", "untouched" },
  { EXIT_CODE_DRIFT, "8", "checksum or schema drift", "untouched" },
  { EXIT_CODE_RED, "9", "a rehearsal or a client check failed", "untouched" },
  { EXIT_CODE_SIGNAL, "128+n", "ended by signal n, on a database at a safe point",
    "known" },
  { 0, NULL, NULL, NULL },
};
