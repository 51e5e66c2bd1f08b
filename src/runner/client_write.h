/* SPDX-License-Identifier: Apache-2.0
 *
 * ClientWrite: what a client writes at a step boundary, and what becomes of it.
 */
#pragma once

#include "runner/client_check.h"

/* Returns: (nullable): why a write of the client goes wrong */
const char *client_check_writes (const CheckPoint *point, const Client *client);

gboolean client_expects_not_null (const CheckPoint *point, const char *table,
                                  const char *column);
