/* SPDX-License-Identifier: Apache-2.0
 *
 * From a recorded text to a plan.
 */
#include "config.h"

#include "commands/recorded_plan.h"

#include <string.h>

#include "load/load.h"
#include "model/error.h"
#include "planner/planner.h"

RecordedPlan *
recorded_plan_new (const JournalRun *run, GError **error)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (RecordedPlan) recorded = g_new0 (RecordedPlan, 1);

  recorded->run = run;
  recorded->migration
      = load_bytes (run->file, run->source, strlen (run->source), diagnostics);
  if (recorded->migration != NULL)
    recorded->plan = planner_plan (recorded->migration, diagnostics);
  if (recorded->plan != NULL)
    return g_steal_pointer (&recorded);
  const Diagnostic *first = diagnostic_list_length (diagnostics) > 0
                                ? diagnostic_list_get (diagnostics, 0)
                                : NULL;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "this version of zdm-run cannot read what is recorded of '%s': %s",
               run->id, first != NULL ? first->message : "no plan");
  return NULL;
}

void
recorded_plan_free (RecordedPlan *recorded)
{
  if (recorded == NULL)
    return;
  g_clear_pointer (&recorded->plan, migration_plan_free);
  g_clear_pointer (&recorded->migration, migration_free);
  g_free (recorded);
}
