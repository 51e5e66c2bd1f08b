/* SPDX-License-Identifier: Apache-2.0
 *
 * Result: the one text that is all a helper verb gives.
 */
#pragma once

#include "commands/options.h"

/* Writes it to where the options say. Returns: the exit code */
int result_print (const Options *options, const GString *text);
