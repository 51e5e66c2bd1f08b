/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps on a database: forward and back.
 */
#include "config.h"

#include "runner/session_part.h"

static DatabaseSession *
self (EngineSession *base)
{
  return (DatabaseSession *) base;
}

/* The first step, not begun, after which a column of the same name is another one; or
 * NULL */
static const ActionStep *
next_swap (DatabaseSession *session)
{
  const GPtrArray *steps = session->context.actions->steps;

  for (guint i = 0; i < steps->len; i++)
    {
      const ActionStep *step = steps->pdata[i];
      if (step->runs && step->step->operation->kind == OPERATION_SWAP_COLUMN
          && !session_has_begun (session, step))
        return step;
    }
  return NULL;
}

/* When a row was filled last, since 1970; 0: none was */
static gint64
filled_us (DatabaseSession *session)
{
  const GPtrArray *actions = session->context.actions->actions;
  gint64 last = 0;

  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      if (action->kind == ACTION_FILL)
        last = MAX (last, session_record (session, action)->changed_us);
    }
  return last;
}

/* Whoever still reads the rows as they were before they were filled would read nulls in
 * them as soon as the name of a column is that of the new one. */
static gboolean
settle (DatabaseSession *session, const MigrationStep *step, GError **error)
{
  if (session->is_settled || step->phase != MIGRATION_PHASE_CONTRACTING
      || session_sql (session)->old_readers == NULL)
    return TRUE;
  const ActionStep *swap = next_swap (session);
  session->is_settled = swap == NULL
                        || pause_for_readers (&session->context, swap->actions->pdata[0],
                                              filled_us (session), error);
  return session->is_settled;
}

/* All contracting steps are one transaction where the engine can do that. */
static gboolean
open_contract (DatabaseSession *session, const MigrationStep *step, GError **error)
{
  if (session->at_once || step->phase != MIGRATION_PHASE_CONTRACTING
      || (session_sql (session)->capabilities & SQL_CONTRACT_AT_ONCE) == 0)
    return TRUE;
  if (!session_begin (session, SQL_FOR_SCHEMA, error))
    return FALSE;
  session->at_once = TRUE;
  return TRUE;
}

static gboolean
is_outside (const GError *error)
{
  return zdm_error_is_outside (error) || error->code == ZDM_ERROR_GATE;
}

/* What has been committed of a step that fails is taken back, so that the database is as
 * before the step; a cause outside leaves it, to be gone on with. */
static gboolean
undo_part (DatabaseSession *session, const ActionStep *step, GError **error)
{
  const SessionEnding ending
      = { .phase = "ROLLBACK",
          .message = arena_printf (session->arena, "Took back a part of: %s",
                                   step->step->description),
          .run_phase = step->step->phase,
          .direction = RUN_BACKWARD };

  if (!session_has_begun (session, step))
    return TRUE;
  session->direction = RUN_BACKWARD;
  return session_run_actions (session, step->undo, &ending, error);
}

static MigrationStep *
step_in_plan (const DatabaseSession *session, const MigrationStep *step)
{
  return migration_plan_step (session->context.actions->plan, step->index - 1);
}

static gboolean
database_apply (EngineSession *base, const MigrationStep *step, GError **error)
{
  DatabaseSession *session = self (base);
  const ActionStep *action_step
      = action_plan_step (session->context.actions, step->index);
  const SessionEnding ending = { .phase = migration_phase_to_string (step->phase),
                                 .message = step->description,
                                 .run_phase = step->phase,
                                 .direction = RUN_FORWARD };
  GError *problem = NULL, *second = NULL;

  if (!settle (session, step, error) || !open_contract (session, step, error))
    return FALSE;
  if (session_run_actions (session, action_step->actions, &ending, &problem))
    {
      if (session->at_once)
        g_ptr_array_add (session->in_group, (gpointer) step);
      return TRUE;
    }
  gboolean was_at_once = session->at_once;
  session_roll_back (session);
  if (!was_at_once && !is_outside (problem) && !undo_part (session, action_step, &second))
    {
      session_roll_back (session);
      /* A part of it is there: whoever goes back goes over it. */
      if (!is_outside (second))
        step_in_plan (session, step)->executed = TRUE;
      g_prefix_error (&second, "%s; then ", problem->message);
      g_error_free (problem);
      problem = second;
    }
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
database_undo (EngineSession *base, const MigrationStep *step, GError **error)
{
  DatabaseSession *session = self (base);
  const ActionStep *action_step
      = action_plan_step (session->context.actions, step->index);
  const SessionEnding ending = { .phase = "ROLLBACK",
                                 .message = migration_step_undone (step, session->arena),
                                 .run_phase = step->phase,
                                 .direction = RUN_BACKWARD };

  /* A contract that was open is not there to be undone. */
  if (session->at_once)
    session_roll_back (session);
  if (g_hash_table_contains (session->taken_back, step))
    return TRUE;
  session->direction = RUN_BACKWARD;
  if (session_run_actions (session, action_step->undo, &ending, error))
    return TRUE;
  session_roll_back (session);
  return FALSE;
}

static guint
n_executed (const DatabaseSession *session)
{
  const MigrationPlan *plan = session->context.actions->plan;
  guint n = 0;

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step->executed && !step->rolled_back)
        n = step->index;
    }
  return n;
}

static Database *
database_snapshot (EngineSession *base, GError **error)
{
  DatabaseSession *session = self (base);

  return session_sql (session)->read (
      session->context.connection,
      action_plan_shape (session->context.actions, n_executed (session)), G_MAXINT64,
      error);
}

static void
database_close (EngineSession *base)
{
  DatabaseSession *session = self (base);

  if (session->at_once)
    session_roll_back (session);
  g_hash_table_unref (session->records);
  g_hash_table_unref (session->taken_back);
  g_ptr_array_unref (session->in_group);
  g_array_unref (session->uncommitted);
  pause_clear (&session->pause);
  arena_free (session->arena);
  g_free (session);
}

/* As long as the run is not complete. */
static gboolean
keeps_rows (const ActionStep *step)
{
  gboolean keeps = FALSE;

  for (guint i = 0; i < step->actions->len; i++)
    keeps = keeps || ((const Action *) step->actions->pdata[i])->keeps_rows;
  return keeps;
}

static gboolean
was_complete (DatabaseSession *session, gboolean *was, GError **error)
{
  const ActionPlan *plan = session->context.actions;
  g_autoptr (GPtrArray) events = g_ptr_array_new ();

  if (!journal_events (session->context.journal, plan->plan->id, session->arena, events,
                       error))
    return FALSE;
  *was = FALSE;
  for (guint i = 0; i < events->len; i++)
    {
      const JournalEvent *event = events->pdata[i];
      *was = *was
             || (event->run == session->context.run
                 && g_str_equal (event->phase, "COMPLETE"));
    }
  return TRUE;
}

/* Says it of the steps of which an undo would give rows back. */
static gboolean
mark_rows (DatabaseSession *session, MigrationPlan *plan, GError **error)
{
  gboolean was;

  if (session->direction == RUN_FORWARD)
    return TRUE;
  if (!was_complete (session, &was, error))
    return FALSE;
  for (guint i = 0; was && i < migration_plan_n_steps (plan); i++)
    {
      MigrationStep *step = migration_plan_step (plan, i);
      step->rows_stay
          = keeps_rows (action_plan_step (session->context.actions, step->index));
    }
  return TRUE;
}

EngineSession *
database_session_new (const DatabaseContext *context, MigrationPlan *plan,
                      RunDirection direction, GError **error)
{
  DatabaseSession *session = g_new0 (DatabaseSession, 1);

  session->context = *context;
  session->direction = direction;
  session->recorded = context->recorded;
  session->waits = context->waits;
  session->engine = (Engine){ .name = context->connection->engine->name,
                              .lasts = TRUE,
                              .apply = database_apply,
                              .undo = database_undo,
                              .snapshot = database_snapshot,
                              .close = database_close };
  session->base.engine = &session->engine;
  session->arena = arena_new ();
  pause_init (&session->pause, &context->limits);
  session->records = g_hash_table_new (NULL, NULL);
  session->taken_back = g_hash_table_new (NULL, NULL);
  session->in_group = g_ptr_array_new ();
  session->uncommitted = g_array_new (FALSE, FALSE, sizeof (SavedRecord));
  if (!session_read_records (session, error) || !session_check_records (session, error)
      || !mark_rows (session, plan, error))
    {
      database_close (&session->base);
      return NULL;
    }
  session_mark_steps (session, plan, direction);
  return &session->base;
}

gboolean
database_session_is_open (EngineSession *base)
{
  return self (base)->at_once;
}

gboolean
database_session_mark_again (EngineSession *base, MigrationPlan *plan)
{
  DatabaseSession *session = self (base);

  if (g_hash_table_size (session->taken_back) == 0)
    return FALSE;
  session_mark_steps (session, plan, session->recorded);
  return TRUE;
}

gboolean
database_session_read_again (EngineSession *base, MigrationPlan *plan,
                             RunDirection recorded, guint *n_missing, GError **error)
{
  DatabaseSession *session = self (base);
  g_autoptr (GHashTable) known = g_steal_pointer (&session->records);

  session->records = g_hash_table_new (NULL, NULL);
  if (!session_read_records (session, error))
    return FALSE;
  *n_missing = session_n_further (known, session->records);
  session->has_acted = session->has_acted || *n_missing > 0
                       || session_n_further (session->records, known) > 0;
  session->recorded = recorded;
  session_mark_steps (session, plan, recorded);
  return TRUE;
}

RunDirection
database_session_direction (EngineSession *base)
{
  return self (base)->recorded;
}

gboolean
database_session_has_acted (EngineSession *base)
{
  return self (base)->has_acted;
}

/* The images of rows go when nothing is left to go back to, and that is written. */
static gboolean
write_state (DatabaseSession *session, MigrationPhase phase, RunState state,
             RunDirection direction, const char *event_phase, const char *message,
             GError **error)
{
  const ActionPlan *plan = session->context.actions;

  return (event_phase == NULL
          || session_write_event (session, event_phase, message, error))
         && journal_set_run (session->context.journal, session->context.run, phase, state,
                             direction, message, error)
         && (!run_state_is_over (state)
             || session_sql (session)->forget (session->context.connection,
                                               plan->plan->id, error));
}

gboolean
database_session_finish (EngineSession *base, MigrationPhase phase, RunState state,
                         RunDirection direction, const char *event_phase,
                         const char *message, GError **error)
{
  DatabaseSession *session = self (base);
  gboolean was_at_once = session->at_once;

  if (!was_at_once
      && !session_sql (session)->begin (session->context.connection, SQL_FOR_SCHEMA,
                                        session->context.lock_timeout_ms, error))
    return FALSE;
  session->at_once = FALSE;
  if (write_state (session, phase, state, direction, event_phase, message, error)
      && session_commit (session, NULL, error))
    return TRUE;
  session->at_once = was_at_once;
  session_roll_back (session);
  return FALSE;
}
