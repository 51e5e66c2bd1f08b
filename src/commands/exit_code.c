/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of exit codes. 4 and 6 to 8 belong to runs on a database.
 */
#include "config.h"

#include "commands/exit_code.h"

const ExitCodeInfo EXIT_CODES[] = {
  { EXIT_CODE_DONE, "0", "done, or nothing to do", "as asked" },
  { EXIT_CODE_INVALID, "1",
    "the file is invalid or unsafe, or the result could not be written", "untouched" },
  { EXIT_CODE_USAGE, "2", "wrong usage", "untouched" },
  { EXIT_CODE_ROLLED_BACK, "3", "failed and rolled back", "as before" },
  { EXIT_CODE_STUCK, "5", "failed, and rolling back failed too: a person must look",
    "named in full" },
  { EXIT_CODE_RED, "9", "a rehearsal or a client check failed", "untouched" },
  { EXIT_CODE_SIGNAL, "128+n", "ended by signal n", "untouched" },
  { 0, NULL, NULL, NULL },
};
