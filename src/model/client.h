/* SPDX-License-Identifier: Apache-2.0
 *
 * When a client has to work.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"

/* Whether the client has to work at the boundary of that number. */
gboolean client_is_active (const Client *client, const MigrationPlan *plan,
                           guint boundary);
