/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM032-open-expand, ZDM033-duplicate-id, ZDM034-id-out-of-order: the file among those
 * before it.  ZDM040-edited-after-start: the file and what was started.
 */
#include "config.h"

#include "safety/step_facts.h"

/* ZDM032 ------------------------------------------------------------------------- */

static void
check_column (const SafetyContext *context, const MigrationStep *step, const char *column)
{
  const char *file = column != NULL ? history_open_expand (context->options->history,
                                                           step->operation->table, column)
                                    : NULL;

  if (file != NULL)
    safety_report_step (
        context, step,
        "'%s' of '%s' takes part in a change that %s has begun and no file "
        "has contracted",
        column, step->operation->table, file);
}

static void
check_step (const SafetyContext *context, const MigrationStep *step)
{
  const Operation *operation = step->operation;
  const char *const *from = step_adds_mirror (step) ? operation->add_column.from : NULL;

  for (guint i = 0; from != NULL && from[i] != NULL; i++)
    check_column (context, step, from[i]);
  if (operation->kind == OPERATION_ALTER_COLUMN)
    check_column (context, step, operation->alter_column.column);
}

void
rule_open_expand (const SafetyContext *context)
{
  if (context->options->history == NULL)
    return;
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    check_step (context, migration_plan_step (context->plan, i));
}

/* ZDM033 and ZDM034 ----------------------------------------------------------- */

void
rule_duplicate_id (const SafetyContext *context)
{
  const Migration *migration = context->migration;
  const char *file = context->options->history != NULL
                         ? history_file_of_id (context->options->history, migration->id)
                         : NULL;

  if (file != NULL && g_strcmp0 (file, migration->path) != 0)
    safety_report (context, migration->location, "The id '%s' is that of %s",
                   migration->id, file);
}

void
rule_id_out_of_order (const SafetyContext *context)
{
  const Migration *migration = context->migration;
  const char *file = NULL;
  const char *later
      = context->options->history != NULL
            ? history_later_id (context->options->history, migration->id, &file)
            : NULL;

  if (later != NULL
      && history_file_of_id (context->options->history, migration->id) == NULL)
    safety_report (context, migration->location, "'%s' comes after '%s' of %s",
                   migration->id, later, file);
}

/* ZDM040 ---------------------------------------------------------------------- */

void
rule_edited_after_start (const SafetyContext *context)
{
  const RecordedEdit *edit = context->options->edit;
  const Migration *migration = context->migration;

  if (edit == NULL)
    return;
  const Location location
      = { .file = migration->path, .line = MAX (edit->line, 1), .column = 1 };
  if (edit->was != NULL && edit->was[0] != '\0')
    safety_report (context, location,
                   "'%s' was started on %s and has been edited since; this line was: %s",
                   migration->id, edit->started, edit->was);
  else
    safety_report (context, location,
                   "'%s' was started on %s and has been edited since; this line was not "
                   "there",
                   migration->id, edit->started);
}
