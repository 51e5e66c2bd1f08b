/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients: what can be said about them without running anything.
 */
#pragma once

#include "planner/simulation.h"

/* Tables and columns that no moment of the plan has: typing errors. */
void clients_check_names (const Migration *migration, const NamesSeen *seen,
                          DiagnosticList *diagnostics);
