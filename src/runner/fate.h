/* SPDX-License-Identifier: Apache-2.0
 *
 * Fate: what becomes of a client's write when the migration is aborted, or goes on to its
 * end.
 */
#pragma once

#include "runner/sight.h"

/**
 * fate_of_abort:
 * @unfit: set when the shape before refuses the value itself: another value may do
 *
 * Returns: (nullable): what an abort from this boundary loses
 */
const char *fate_of_abort (const CheckPoint *point, const ClientWrite *write,
                           gboolean *unfit);

/**
 * fate_of_continue:
 * @unfit: set when a later step refuses the value itself (a constraint): another value
 *   may do
 *
 * Returns: (nullable): what goes wrong up to the end
 */
const char *fate_of_continue (const CheckPoint *point, const ClientWrite *write,
                              gboolean *unfit);
