/* SPDX-License-Identifier: Apache-2.0
 *
 * What the journal has of a run, when a session begins or its connection was lost.
 */
#include "config.h"

#include "runner/session_part.h"

gboolean
session_has_begun (DatabaseSession *session, const ActionStep *step)
{
  for (guint i = 0; i < step->actions->len; i++)
    {
      const JournalRecord *record = session_record (session, step->actions->pdata[i]);
      if (record->state != RECORD_PENDING || record->position != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
all_done (DatabaseSession *session, const GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    if (!session_is_done (session, actions->pdata[i]))
      return FALSE;
  return actions->len > 0;
}

/* A step is executed when its actions are done and not undone.  One without actions goes
 * with the steps after it. */
void
session_mark_steps (DatabaseSession *session, MigrationPlan *plan, RunDirection direction)
{
  gboolean later = FALSE;

  for (guint i = migration_plan_n_steps (plan); i-- > 0;)
    {
      MigrationStep *step = migration_plan_step (plan, i);
      const ActionStep *action_step
          = action_plan_step (session->context.actions, step->index);
      if (action_step->actions->len == 0)
        step->executed = later;
      else if (direction == RUN_BACKWARD)
        step->executed = session_has_begun (session, action_step);
      else
        step->executed = all_done (session, action_step->actions);
      step->rolled_back = step->executed && all_done (session, action_step->undo);
      later = later || step->executed;
    }
}

gboolean
session_read_records (DatabaseSession *session, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();

  if (!journal_records (session->context.journal, session->context.run, session->arena,
                        records, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const JournalRecord *record = records->pdata[i];
      g_hash_table_insert (session->records, GUINT_TO_POINTER (record->action),
                           arena_memdup (session->arena, record, sizeof *record));
    }
  return TRUE;
}

/* Each forward action was recorded when the run was started. */
static gboolean
check_whole (DatabaseSession *session, GError **error)
{
  const GPtrArray *actions = session->context.actions->actions;

  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      const JournalRecord *record
          = g_hash_table_lookup (session->records, GUINT_TO_POINTER (action->index));
      if (record != NULL && record->step == action->step->index)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                   "the journal is damaged: the record of action %u of run "
                   "%" G_GINT64_FORMAT " is missing",
                   action->index, session->context.run);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_positions (DatabaseSession *session, const GPtrArray *actions, GError **error)
{
  SqlConnection *connection = session->context.connection;

  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      const JournalRecord *record = session_record (session, action);
      if (action->kind == ACTION_FILL && record->state == RECORD_PENDING
          && record->position != NULL
          && !session_sql (session)->check_position (connection, action, record->position,
                                                     error))
        return FALSE;
    }
  return TRUE;
}

/* Before anything is touched: what is recorded has to be something to go on with. */
gboolean
session_check_records (DatabaseSession *session, GError **error)
{
  const GPtrArray *steps = session->context.actions->steps;

  if (!check_whole (session, error))
    return FALSE;
  for (guint i = 0; i < steps->len; i++)
    {
      const ActionStep *step = steps->pdata[i];
      if (!check_positions (
              session, session->direction == RUN_FORWARD ? step->actions : step->undo,
              error))
        return FALSE;
    }
  return TRUE;
}

/* @b: NULL: nothing is recorded of that action */
static gboolean
is_further (const JournalRecord *a, const JournalRecord *b)
{
  const JournalRecord none = { .state = RECORD_PENDING };

  b = b != NULL ? b : &none;
  return a->state > b->state || (a->state == b->state && a->n_rows > b->n_rows);
}

/* How many records of @a are further than those of @b. */
guint
session_n_further (GHashTable *a, GHashTable *b)
{
  GHashTableIter each;
  gpointer key, record;
  guint n = 0;

  g_hash_table_iter_init (&each, a);
  while (g_hash_table_iter_next (&each, &key, &record))
    n += is_further (record, g_hash_table_lookup (b, key)) ? 1 : 0;
  return n;
}
