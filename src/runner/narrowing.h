/* SPDX-License-Identifier: Apache-2.0
 *
 * Narrowing: values of the declared rows that the end refuses, while a client that may
 * have written them lives on.
 */
#pragma once

#include "runner/client_check.h"

/* Returns: (nullable): what the client may have written and can write no longer */
const char *narrowing_note (const CheckPoint *point, const Client *client);
