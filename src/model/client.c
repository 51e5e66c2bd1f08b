/* SPDX-License-Identifier: Apache-2.0
 *
 * A client's window: from the end of one phase to the beginning of another.
 */
#include "config.h"

#include "model/client.h"

gboolean
client_is_active (const Client *client, const MigrationPlan *plan, guint boundary)
{
  if (client->has_after
      && boundary
             < migration_plan_steps_before (plan, (MigrationPhase) (client->after + 1)))
    return FALSE;
  if (client->has_before && migration_plan_has_phase (plan, client->before))
    return boundary <= migration_plan_steps_before (plan, client->before);
  return TRUE;
}
