/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of sql.  The other changes of rows are one migrating step each.
 */
#include "config.h"

#include "planner/expand.h"

void
expand_sql (Expansion *expansion)
{
  MigrationPhase phase = expansion->change->phase;

  if (phase < MIGRATION_PHASE_EXPANDING || phase > MIGRATION_PHASE_CONTRACTING)
    expansion_error (expansion, "give `phase: expanding`, `migrating` or `contracting`",
                     "nothing says in which phase it runs");
  else
    expansion_take (expansion, phase);
}
