/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan: phases, steps, how each is undone, and from where on data is gone.
 */
#include "config.h"

#include "report/printable.h"
#include "report/report.h"
#include "report/shell_word.h"
#include "report/style.h"

#define POINT_OF_NO_RETURN \
  "── below this line data is dropped: undoing it refills what can be derived ──"

/* Operations after which a real database no longer holds all that it held. */
static const gboolean DROPS_DATA[N_OPERATION_KINDS] = {
  [OPERATION_DROP_COLUMN] = TRUE, [OPERATION_DROP_TABLE] = TRUE,
  [OPERATION_SWAP_COLUMN] = TRUE, [OPERATION_END_SYNC] = TRUE,
  [OPERATION_DELETE_ROWS] = TRUE, [OPERATION_REPAIR] = TRUE,
};

static gboolean
step_drops_data (const MigrationStep *step)
{
  return step->phase == MIGRATION_PHASE_CONTRACTING && DROPS_DATA[step->operation->kind];
}

static void
append_skips (GString *out, const MigrationStep *step, gboolean color)
{
  const char *const *engines = step->operation->engines;

  if (engines == NULL)
    return;
  g_autofree char *names = g_strjoinv (", ", (char **) engines);
  g_autofree char *line = g_strdup_printf ("     only on %s; skipped elsewhere\n", names);
  style_append (out, color, ROLE_FAINT, line);
}

static void
append_step (GString *out, const MigrationStep *step, gboolean color)
{
  g_string_append_printf (out, "  %u. ", step->index);
  printable_append (out, step->description, -1);
  if (step->fail)
    style_append (out, color, ROLE_WARNING, " (marked to fail)");
  style_begin (out, color, ROLE_FAINT);
  g_string_append (out, "\n     undo: ");
  printable_append (out, step->rollback_description, -1);
  style_end (out, color);
  g_string_append_c (out, '\n');
  append_skips (out, step, color);
}

static void
append_heading (GString *out, MigrationPhase phase, gboolean color)
{
  style_append (out, color, ROLE_HEADING, migration_phase_to_string (phase));
  g_string_append_c (out, '\n');
}

static void
append_steps (GString *out, const MigrationPlan *plan, gboolean color)
{
  MigrationPhase phase = MIGRATION_PHASE_PENDING;
  gboolean is_past = FALSE;

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);

      if (!is_past && step_drops_data (step))
        {
          style_append (out, color, ROLE_WARNING, POINT_OF_NO_RETURN);
          g_string_append_c (out, '\n');
          is_past = TRUE;
        }
      if (step->phase != phase)
        append_heading (out, step->phase, color);
      phase = step->phase;
      append_step (out, step, color);
    }
}

static void
append_next (GString *out, const FileReport *report)
{
  g_string_append (out, "Next: zdm-run rehearse ");
  shell_word_append (out, report->file);
  g_string_append_c (out, '\n');
}

void
report_text_plan (GString *out, const FileReport *report, const ReportStyle *style)
{
  const MigrationPlan *plan = report->plan;

  if (plan == NULL)
    return;
  style_append (out, style->color, ROLE_HEADING, "Plan");
  g_string_append (out, ": ");
  printable_append (out, plan->title, -1);
  g_string_append (out, " (");
  printable_append (out, plan->id, -1);
  g_string_append (out, ")\n");
  if (migration_plan_n_steps (plan) == 0)
    g_string_append (out, "No steps.\n");
  append_steps (out, plan, style->color);
  if (report->exit_code == 0)
    append_next (out, report);
}
