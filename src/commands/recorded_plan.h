/* SPDX-License-Identifier: Apache-2.0
 *
 * RecordedPlan: what the journal holds of a migration, read and planned again.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"
#include "runner/journal.h"

typedef struct
{
  const JournalRun *run; /* borrowed */
  Migration *migration;
  MigrationPlan *plan;
} RecordedPlan;

/* Returns: (nullable): NULL with ZDM_ERROR_DRIFT when the recorded text can no longer be
 * read */
RecordedPlan *recorded_plan_new (const JournalRun *run, GError **error);
void recorded_plan_free (RecordedPlan *recorded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RecordedPlan, recorded_plan_free)
