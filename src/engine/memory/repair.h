/* SPDX-License-Identifier: Apache-2.0
 *
 * Repair: makes the rows fit for a constraint that is about to be enforced.
 */
#pragma once

#include "engine/memory/write.h"
#include "model/operation.h"

gboolean repair_run (Writer *writer, const Operation *operation, GError **error);
