/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients: what can be said about them without running anything.
 */
#pragma once

#include "planner/simulation.h"

/* Clients that are there twice, and clients that never have to work. */
void clients_check_promises (const Migration *migration, DiagnosticList *diagnostics);

/* Tables and columns that no moment of the plan has: typing errors. */
void clients_check_names (const Migration *migration, const NamesSeen *seen,
                          DiagnosticList *diagnostics);
