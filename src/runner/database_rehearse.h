/* SPDX-License-Identifier: Apache-2.0
 *
 * Rehearsal on a database: the laws of a migration on scratch copies of a real one, with
 * the process killed after every transaction.  The database itself is only read.
 */
#pragma once

#include "runner/database_run.h"
#include "runner/rehearse.h"

/**
 * database_rehearse:
 * @rehearsal: gets the laws, and is red when one does not hold
 *
 * Returns: FALSE with an error when it could not be rehearsed there at all
 */
gboolean database_rehearse (const DatabaseOptions *options, const DatabaseJob *job,
                            Rehearsal *rehearsal, DatabaseOutcome *outcome,
                            GError **error);
