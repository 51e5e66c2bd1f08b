/* SPDX-License-Identifier: Apache-2.0
 *
 * The plan: phases, steps, how each is undone, what it runs on each engine asked for, and
 * from where on data is gone.
 */
#include "config.h"

#include "report/printable.h"
#include "report/report.h"
#include "report/shell_word.h"
#include "report/step_actions.h"
#include "report/style.h"

#define POINT_OF_NO_RETURN \
  "── below this line data is dropped: undoing it refills what can be derived ──"

/* Operations after which a real database no longer holds all that it held. */
static const gboolean DROPS_DATA[N_OPERATION_KINDS] = {
  [OPERATION_DROP_COLUMN] = TRUE, [OPERATION_DROP_TABLE] = TRUE,
  [OPERATION_SWAP_COLUMN] = TRUE, [OPERATION_END_SYNC] = TRUE,
  [OPERATION_DELETE_ROWS] = TRUE, [OPERATION_REPAIR] = TRUE,
};

/* A plan while it is drawn. */
typedef struct
{
  GString *out;
  const FileReport *report;
  gboolean color;
  MigrationPhase phase; /* of the last heading */
  gboolean is_past;     /* the line has been drawn */
} Drawing;

static gboolean
step_drops_data (const MigrationStep *step)
{
  return step->phase == MIGRATION_PHASE_CONTRACTING && DROPS_DATA[step->operation->kind];
}

static void
draw_line (Drawing *drawing)
{
  if (!drawing->is_past)
    {
      style_append (drawing->out, drawing->color, ROLE_WARNING, POINT_OF_NO_RETURN);
      g_string_append_c (drawing->out, '\n');
    }
  drawing->is_past = TRUE;
}

/* Statements ------------------------------------------------------------------ */

/* The lines of a statement one under another, whatever its own indentation. */
static void
append_sql (GString *out, const char *sql, guint indent)
{
  g_auto (GStrv) lines = g_strsplit (sql, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_printf (out, "\n%*s", (int) indent, "");
      printable_append (out, lines[i], -1);
    }
}

/* "instant", and what the server says where it was asked: then the server is right. */
static char *
cost_text (const Action *action)
{
  const char *planned = action_cost_to_string (action->cost);
  const ServerAnswer *answer = action->answer;

  if (answer == NULL)
    return g_strdup (planned);
  g_autofree char *words
      = answer->words != NULL ? g_strdup_printf (" (%s)", answer->words) : g_strdup ("");
  if (answer->cost == action->cost)
    return g_strdup_printf ("%s, the server says too%s", planned, words);
  return g_strdup_printf ("%s, the server says%s, where the plan says: %s",
                          action_cost_to_string (answer->cost), words, planned);
}

static void
append_action (Drawing *drawing, const char *engine, const Action *action)
{
  GString *out = drawing->out;
  g_autofree char *cost = cost_text (action);
  g_autofree char *price
      = g_strdup_printf ("  [%s; %s]", lock_class_to_string (action->lock), cost);

  g_string_append_printf (out, "     %s: ", engine);
  append_sql (out, action->sql, 7 + printable_width (engine));
  style_begin (out, drawing->color, ROLE_FAINT);
  printable_append (out, price, -1);
  style_end (out, drawing->color);
  g_string_append_c (out, '\n');
}

static void
append_actions (Drawing *drawing, const MigrationStep *step)
{
  for (guint i = 0; i < drawing->report->n_engine_plans; i++)
    {
      const EnginePlan *plan = &drawing->report->engine_plans[i];
      StepActions actions = step_actions (plan, step);

      for (guint j = 0; j < actions.n; j++)
        {
          if (actions.list[j]->loses_data)
            draw_line (drawing);
          append_action (drawing, plan->engine, actions.list[j]);
        }
    }
}

/* Whether the line stands above all of the step: where no engine is asked for, it is the
 * step that drops data, else the first thing that is done for it. */
static gboolean
begins_with_loss (const FileReport *report, const MigrationStep *step)
{
  for (guint i = 0; i < report->n_engine_plans; i++)
    {
      StepActions actions = step_actions (&report->engine_plans[i], step);

      if (actions.n > 0)
        return actions.list[0]->loses_data;
    }
  return report->n_engine_plans == 0 && step_drops_data (step);
}

/* Steps ----------------------------------------------------------------------- */

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
append_steps (Drawing *drawing)
{
  const MigrationPlan *plan = drawing->report->plan;

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);

      if (begins_with_loss (drawing->report, step))
        draw_line (drawing);
      if (step->phase != drawing->phase)
        append_heading (drawing->out, step->phase, drawing->color);
      drawing->phase = step->phase;
      append_step (drawing->out, step, drawing->color);
      append_actions (drawing, step);
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
  Drawing drawing = {
    .out = out, .report = report, .color = style->color, .phase = MIGRATION_PHASE_PENDING
  };

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
  append_steps (&drawing);
  if (report->exit_code == 0)
    append_next (out, report);
}
