/* SPDX-License-Identifier: Apache-2.0
 *
 * Overlap: whether two migrations speak of the same columns.  Any number may wait for
 * their contract, but none may change what another one is still changing.
 */
#pragma once

#include "model/plan.h"

/* @others: const MigrationPlan *, or NULL.  FALSE with ZDM_ERROR_DRIFT naming the other
 * one and the column */
gboolean overlap_check (const MigrationPlan *plan, const GPtrArray *others,
                        GError **error);
