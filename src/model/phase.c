/* SPDX-License-Identifier: Apache-2.0
 *
 * The phases of a migration: their names and their order.
 */
#include "config.h"

#include "model/phase.h"

const MigrationPhase PHASE_ORDER[5] = {
  MIGRATION_PHASE_PENDING,     MIGRATION_PHASE_EXPANDING, MIGRATION_PHASE_MIGRATING,
  MIGRATION_PHASE_CONTRACTING, MIGRATION_PHASE_COMPLETE,
};

static const struct
{
  const char *name;
  const char *word;
} PHASE_NAMES[N_MIGRATION_PHASES] = {
  [MIGRATION_PHASE_PENDING] = { "PENDING", "pending" },
  [MIGRATION_PHASE_EXPANDING] = { "EXPANDING", "expanding" },
  [MIGRATION_PHASE_MIGRATING] = { "MIGRATING", "migrating" },
  [MIGRATION_PHASE_CONTRACTING] = { "CONTRACTING", "contracting" },
  [MIGRATION_PHASE_COMPLETE] = { "COMPLETE", "complete" },
  [MIGRATION_PHASE_ROLLED_BACK] = { "ROLLED_BACK", "rolled_back" },
};

const char *
migration_phase_to_string (MigrationPhase phase)
{
  return PHASE_NAMES[phase].name;
}

const char *
migration_phase_to_word (MigrationPhase phase)
{
  return PHASE_NAMES[phase].word;
}

gboolean
migration_phase_from_string (const char *text, MigrationPhase *phase)
{
  for (guint i = 0; i < N_MIGRATION_PHASES; i++)
    if (g_ascii_strcasecmp (text, PHASE_NAMES[i].name) == 0)
      {
        *phase = (MigrationPhase) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
migration_phase_can_follow (MigrationPhase from, MigrationPhase to)
{
  /* The enum is in PHASE_ORDER with ROLLED_BACK, which nothing leaves, at the end. */
  return from != MIGRATION_PHASE_ROLLED_BACK && to > from;
}
