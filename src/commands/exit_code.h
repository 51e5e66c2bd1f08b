/* SPDX-License-Identifier: Apache-2.0
 *
 * Exit codes: a stable interface, and the table that help and manual are tested against.
 */
#pragma once

#include <glib.h>

typedef enum
{
  EXIT_CODE_DONE = 0,
  EXIT_CODE_INVALID = 1,
  EXIT_CODE_USAGE = 2,
  EXIT_CODE_ROLLED_BACK = 3,
  EXIT_CODE_STOPPED = 4,
  EXIT_CODE_STUCK = 5,
  EXIT_CODE_LOCKED = 6,
  EXIT_CODE_CANNOT_CONNECT = 7,
  EXIT_CODE_DRIFT = 8,
  EXIT_CODE_RED = 9,
  EXIT_CODE_SIGNAL = 128, /* plus the signal's number */
} ExitCode;

typedef struct
{
  ExitCode code;
  const char *name; /* how the code is written: "3", "128+n" */
  const char *meaning;
  const char *database; /* the state the database is in */
} ExitCodeInfo;

/* In their order; ended by a NULL name. */
extern const ExitCodeInfo EXIT_CODES[];
