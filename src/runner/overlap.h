/* SPDX-License-Identifier: Apache-2.0
 *
 * Overlap: whether two migrations speak of the same columns.  Any number may wait for
 * their contract, but none may change what another one is still changing, nor take back
 * what a later one stands on.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* A run that is under way, or that came later and is complete; all borrowed. */
typedef struct
{
  const MigrationPlan *plan;
  gboolean is_complete;
  const char *definitions; /* kept at its start, see struct SqlEngine */
} OtherRun;

/* @connection: settled for the plan
 * @others: const OtherRun *, or NULL.
 * Returns: FALSE with ZDM_ERROR_DRIFT naming the other one and the column */
gboolean overlap_check (SqlConnection *connection, const MigrationPlan *plan,
                        const GPtrArray *others, GError **error);
