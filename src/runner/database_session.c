/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps on a database, transaction by transaction.
 */
#include "config.h"

#include "runner/database_session.h"

#include "model/error.h"
#include "runner/lease.h"
#include "runner/pacer.h"
#include "runner/pause.h"

struct DatabaseSession
{
  EngineSession base;
  Engine engine; /* that the executor knows */
  DatabaseContext context;
  Arena *arena;
  GHashTable *records;    /* action index → JournalRecord * */
  gboolean at_once;       /* a contract's transaction is open */
  GHashTable *taken_back; /* steps that went with a transaction: nothing to undo */
  GPtrArray *in_group;    /* const MigrationStep *, done in the open transaction */
  GArray *uncommitted;    /* SavedRecord: what records were before the transaction */
  gboolean has_acted;
  Pause pause;
  RunDirection direction; /* where it goes */
  RunDirection recorded;  /* where the journal says that it goes */
  gboolean waits;         /* whether the journal says that it does */
  gboolean is_settled;    /* nobody reads what was there before the fills */
};

/* A record in memory is what the database has: it goes back with the transaction. */
typedef struct
{
  JournalRecord *record;
  JournalRecord before;
} SavedRecord;

static const SqlEngine *
sql (const DatabaseSession *session)
{
  return session->context.connection->engine;
}

static DatabaseSession *
self (EngineSession *base)
{
  return (DatabaseSession *) base;
}

static gboolean
is_stopped (const DatabaseSession *session)
{
  return session->context.stops != NULL && session->context.stops ();
}

/* Transactions ------------------------------------------------------------------ */

/* Turning round is recorded with the first thing that is taken back: half a step that is
 * undone must never be gone on with.  That a run waits no longer is recorded with the
 * first thing that it does: what has been promised to applications while it waits is
 * over. */
static gboolean
record_course (DatabaseSession *session, GError **error)
{
  return (session->direction == session->recorded && !session->waits)
         || journal_set_run (session->context.journal, session->context.run,
                             session->context.actions->plan->phase, RUN_RUNNING,
                             session->direction, NULL, error);
}

static gboolean
begin_within (DatabaseSession *session, SqlPurpose purpose, guint patience_ms,
              GError **error)
{
  if (session->at_once)
    return TRUE;
  if (is_stopped (session))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INTERRUPTED, "a signal asked for an end");
      return FALSE;
    }
  if (!sql (session)->begin (session->context.connection, purpose, patience_ms, error))
    return FALSE;
  if (lease_beat (session->context.connection, session->context.fence, error)
      && record_course (session, error))
    return TRUE;
  sql (session)->roll_back (session->context.connection);
  return FALSE;
}

static gboolean
begin (DatabaseSession *session, SqlPurpose purpose, GError **error)
{
  return begin_within (session, purpose, session->context.lock_timeout_ms, error);
}

/* Whatever was begun is gone, a contract as a whole. */
static void
roll_back (DatabaseSession *session)
{
  sql (session)->roll_back (session->context.connection);
  session->at_once = FALSE;
  for (guint i = 0; i < session->in_group->len; i++)
    g_hash_table_add (session->taken_back, session->in_group->pdata[i]);
  g_ptr_array_set_size (session->in_group, 0);
  for (guint i = session->uncommitted->len; i-- > 0;)
    {
      const SavedRecord *saved = &g_array_index (session->uncommitted, SavedRecord, i);
      *saved->record = saved->before;
    }
  g_array_set_size (session->uncommitted, 0);
}

static gboolean
commit (DatabaseSession *session, const Action *action, GError **error)
{
  if (session->at_once)
    return TRUE;
  if (!sql (session)->commit (session->context.connection, error))
    {
      roll_back (session);
      return FALSE;
    }
  session->has_acted = TRUE;
  session->recorded = session->direction;
  session->waits = FALSE;
  g_array_set_size (session->uncommitted, 0);
  if (session->context.committed != NULL)
    session->context.committed (session->context.data, action);
  return TRUE;
}

/* Short tries ----------------------------------------------------------------- */

/* A transaction that waits for its locks in short tries, each one a whole transaction. */
typedef struct
{
  gint64 end; /* when the budget is over */
  guint n;    /* tries that have failed */
} Tries;

static const guint TRIES_MS[] = { 100, 200, 400, 800, 1500, 2000 };

/* Between two tries everybody else gets on; the gap grows with the tries. */
#define GAP_MS 1000
#define GAP_MAX_MS 5000

static Tries
tries_of (const DatabaseSession *session)
{
  return (Tries){ .end = g_get_monotonic_time ()
                         + (gint64) session->context.lock_timeout_ms * 1000 };
}

static guint
tries_patience (const DatabaseSession *session, const Tries *tries)
{
  if ((sql (session)->capabilities & SQL_SHORT_LOCKS) == 0)
    return session->context.lock_timeout_ms;
  return MIN (TRIES_MS[MIN (tries->n, G_N_ELEMENTS (TRIES_MS) - 1)],
              MAX (session->context.lock_timeout_ms, 1));
}

/* Another server of those that write was faster: nobody waits for us meanwhile. */
#define CONFLICT_GAP_MS 100

static guint
gap_ms (const DatabaseSession *session, const Tries *tries, const GError *problem)
{
  gboolean is_conflict = session->context.connection->is_node
                         && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK);
  guint most = is_conflict ? CONFLICT_GAP_MS : MIN (GAP_MS * (tries->n + 1), GAP_MAX_MS);

  return (guint) g_random_int_range ((gint32) most / 2, (gint32) most);
}

/* Rolls back, and waits for the next try.  FALSE: there is none, for @problem or the
 * budget */
static gboolean
tries_again (DatabaseSession *session, Tries *tries, const GError *problem)
{
  gboolean is_lock = g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
                     || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK);

  if (!is_lock || session->at_once
      || (sql (session)->capabilities & SQL_SHORT_LOCKS) == 0)
    return FALSE;
  roll_back (session);
  guint gap = gap_ms (session, tries, problem);
  tries->n++;
  if (g_get_monotonic_time () + (gint64) gap * 1000 >= tries->end)
    return FALSE;
  g_usleep ((gulong) gap * 1000);
  return TRUE;
}

/* Records ----------------------------------------------------------------------- */

static JournalRecord *
record_of (DatabaseSession *session, const Action *action)
{
  JournalRecord *record
      = g_hash_table_lookup (session->records, GUINT_TO_POINTER (action->index));

  if (record != NULL)
    return record;
  record = arena_new0 (session->arena, JournalRecord);
  record->action = action->index;
  record->step = action->step->index;
  g_hash_table_insert (session->records, GUINT_TO_POINTER (action->index), record);
  return record;
}

static gboolean
write_record (DatabaseSession *session, JournalRecord *record, RecordState state,
              GError **error)
{
  record->state = state;
  record->changed_us = g_get_real_time ();
  return journal_set_record (session->context.journal, session->context.run, record,
                             error);
}

static gboolean
is_done (DatabaseSession *session, const Action *action)
{
  return record_of (session, action)->state == RECORD_DONE;
}

static gboolean
write_event (DatabaseSession *session, const char *phase, const char *message,
             GError **error)
{
  return journal_add_event (session->context.journal, session->context.run, phase,
                            message, error);
}

/* Fills ------------------------------------------------------------------------- */

static void
save_record (DatabaseSession *session, JournalRecord *record)
{
  const SavedRecord saved = { .record = record, .before = *record };

  g_array_append_val (session->uncommitted, saved);
}

/* One chunk with its record.  In a transaction that is open it only moves rows. */
static gboolean
try_chunk (DatabaseSession *session, const Action *action, guint n_rows,
           FillProgress *progress, gboolean in_transaction, guint patience_ms,
           GError **error)
{
  JournalRecord *record = record_of (session, action);

  if (!in_transaction && !begin_within (session, SQL_FOR_CHUNK, patience_ms, error))
    return FALSE;
  if (!sql (session)->fill (session->context.connection, action, n_rows, progress, error))
    return FALSE;
  save_record (session, record);
  record->position = arena_strdup (session->arena, progress->position);
  record->n_rows += progress->n_rows;
  if (!write_record (session, record, progress->done ? RECORD_DONE : RECORD_PENDING,
                     error))
    return FALSE;
  return in_transaction || commit (session, action, error);
}

static gboolean
fill_chunk (DatabaseSession *session, const Action *action, guint n_rows,
            FillProgress *progress, gboolean in_transaction, GError **error)
{
  g_autofree char *position = g_strdup (progress->position);
  Tries tries = tries_of (session);
  GError *problem = NULL;

  while (!try_chunk (session, action, n_rows, progress, in_transaction,
                     tries_patience (session, &tries), &problem))
    {
      if (in_transaction || !tries_again (session, &tries, problem))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK))
        n_rows = MAX (n_rows / 2, 1); /* fewer rows meet fewer others */
      g_clear_error (&problem);
      g_free (progress->position);
      *progress = (FillProgress){ .position = g_strdup (position) };
    }
  return TRUE;
}

/* A fill while it runs, for who watches it. */
typedef struct
{
  gint64 started;
  guint64 n_before, n_total;
} FillWatch;

static void
watch_begin (DatabaseSession *session, const Action *action, FillWatch *watch)
{
  *watch = (FillWatch){ .started = g_get_monotonic_time (),
                        .n_before = record_of (session, action)->n_rows };
  if (session->context.chunk != NULL && sql (session)->estimate != NULL)
    watch->n_total = sql (session)->estimate (session->context.connection, action);
}

static void
watch_tell (DatabaseSession *session, const Action *action, const FillWatch *watch,
            gboolean done)
{
  const JournalRecord *record = record_of (session, action);
  double seconds = (double) (g_get_monotonic_time () - watch->started) / G_USEC_PER_SEC;

  if (session->context.chunk != NULL)
    session->context.chunk (
        session->context.data, action, record->n_rows, watch->n_total,
        seconds > 0 ? (double) (record->n_rows - watch->n_before) / seconds : 0, done);
}

/* Lets others have what the last chunk has locked. */
static void
rest (DatabaseSession *session, Pacer *pacer, double elapsed_ms)
{
  if ((sql (session)->capabilities & SQL_LOCK_QUEUES) == 0)
    g_usleep (pacer_rest (pacer, elapsed_ms) * 1000UL);
}

/* A chunk of the size that the pacer wants. */
static gboolean
paced_chunk (DatabaseSession *session, const Action *action, Pacer *pacer,
             FillProgress *progress, gboolean in_transaction, GError **error)
{
  guint n_rows = pacer->n_rows;
  gint64 begun = g_get_monotonic_time ();
  gboolean fine = fill_chunk (session, action, n_rows, progress, in_transaction, error);
  double elapsed_ms = (double) (g_get_monotonic_time () - begun) / 1000;

  pacer_next (pacer, n_rows, elapsed_ms);
  if (fine && !in_transaction && !progress->done)
    rest (session, pacer, elapsed_ms);
  return fine;
}

/* The most rows of a chunk; 0: the usual bounds */
static guint
chunk_limit (const DatabaseSession *session)
{
  guint wanted = session->context.batch_size;
  guint allowed = session->context.connection->max_chunk_rows;

  return wanted == 0 || (allowed > 0 && allowed < wanted) ? allowed : wanted;
}

/* In a transaction that is open nobody is helped by waiting. */
static gboolean
run_fill (DatabaseSession *session, const Action *action, gboolean in_transaction,
          GError **error)
{
  JournalRecord *record = record_of (session, action);
  FillProgress progress = { .position = g_strdup (record->position) };
  FillWatch watch;
  Pacer pacer;
  gboolean fine = TRUE;

  watch_begin (session, action, &watch);
  pacer_init (&pacer, chunk_limit (session));
  while (fine && !progress.done)
    {
      fine = (in_transaction
              || pause_wait (&session->pause, &session->context, action, error))
             && paced_chunk (session, action, &pacer, &progress, in_transaction, error);
      if (fine)
        watch_tell (session, action, &watch, progress.done);
    }
  g_free (progress.position);
  return fine;
}

/* Actions ----------------------------------------------------------------------- */

static gboolean
perform (DatabaseSession *session, const Action *action, GError **error)
{
  if (action->kind == ACTION_FILL)
    return run_fill (session, action, TRUE, error);
  save_record (session, record_of (session, action));
  return sql (session)->perform (session->context.connection, action,
                                 session->context.definitions, error)
         && write_record (session, record_of (session, action), RECORD_DONE, error);
}

/* The end of the transaction that begins with the action at @first. */
static guint
transaction_end (const GPtrArray *actions, guint first)
{
  guint end = first + 1;

  while (end < actions->len
         && ((const Action *) actions->pdata[end])->transaction
                == ACTION_SAME_TRANSACTION)
    end++;
  return end;
}

/* What belongs into the last transaction of a step: its event, and the state of the run.
 */
typedef struct
{
  const char *phase, *message;
  MigrationPhase run_phase;
  RunDirection direction;
} Ending;

static gboolean
write_ending (DatabaseSession *session, const Ending *ending, GError **error)
{
  return write_event (session, ending->phase, ending->message, error)
         && journal_set_run (session->context.journal, session->context.run,
                             ending->run_phase, RUN_RUNNING, ending->direction, NULL,
                             error);
}

static gboolean
only_looks (const GPtrArray *actions, guint first, guint end)
{
  while (first < end && ((const Action *) actions->pdata[first])->kind == ACTION_GATE)
    first++;
  return first == end;
}

static gboolean
try_transaction (DatabaseSession *session, const GPtrArray *actions, guint first,
                 guint end, const Ending *ending, guint patience_ms, GError **error)
{
  gboolean had_acted = session->has_acted;

  if (!begin_within (session, SQL_FOR_SCHEMA, patience_ms, error))
    return FALSE;
  for (guint i = first; i < end; i++)
    if (!perform (session, actions->pdata[i], error))
      return FALSE;
  if (end == actions->len && !write_ending (session, ending, error))
    return FALSE;
  if (!commit (session, actions->pdata[end - 1], error))
    return FALSE;
  if (only_looks (actions, first, end))
    session->has_acted = had_acted;
  return TRUE;
}

/* Actions @first to @end are one transaction. */
static gboolean
run_transaction (DatabaseSession *session, const GPtrArray *actions, guint first,
                 guint end, const Ending *ending, GError **error)
{
  Tries tries = tries_of (session);
  GError *problem = NULL;

  while (!try_transaction (session, actions, first, end, ending,
                           tries_patience (session, &tries), &problem))
    {
      if (!tries_again (session, &tries, problem))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_clear_error (&problem);
    }
  return TRUE;
}

static gboolean
record_alone (DatabaseSession *session, const Action *action, RecordState state,
              GError **error)
{
  JournalRecord *record = record_of (session, action);

  if (!begin (session, SQL_FOR_ROWS, error))
    return FALSE;
  save_record (session, record);
  return write_record (session, record, state, error) && commit (session, action, error);
}

/* It has been refused its lock as a whole, so it can be asked for again as a whole. */
static gboolean
perform_apart (DatabaseSession *session, const Action *action, GError **error)
{
  Tries tries = tries_of (session);
  GError *problem = NULL;

  while (!sql (session)->perform (session->context.connection, action,
                                  session->context.definitions, &problem))
    {
      if (!tries_again (session, &tries, problem))
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_clear_error (&problem);
    }
  return TRUE;
}

/* What the server does in no transaction of ours: the intent is committed first, so that
 * after a crash somebody looks how far it has come. */
static gboolean
run_apart (DatabaseSession *session, const Action *action, GError **error)
{
  gboolean had_acted = session->has_acted;
  GError *problem = NULL;

  if (!record_alone (session, action, RECORD_BEGUN, error))
    return FALSE;
  if (perform_apart (session, action, &problem))
    return record_alone (session, action, RECORD_DONE, error);
  /* An intent alone is nothing that was done. */
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT))
    session->has_acted = had_acted;
  g_propagate_error (error, problem);
  return FALSE;
}

/* A step without actions, or whose last ones are chunks, ends by itself. */
static gboolean
end_alone (DatabaseSession *session, const Ending *ending, GError **error)
{
  if (!begin (session, SQL_FOR_ROWS, error))
    return FALSE;
  return write_ending (session, ending, error) && commit (session, NULL, error);
}

/* Does the actions from @first on that belong together. @end: gets the one behind them */
static gboolean
run_some (DatabaseSession *session, const GPtrArray *actions, guint first, guint *end,
          const Ending *ending, gboolean *ended, GError **error)
{
  const Action *action = actions->pdata[first];
  gboolean is_transaction = action->transaction != ACTION_CHUNKS
                            && action->transaction != ACTION_NO_TRANSACTION;

  *end = is_transaction ? transaction_end (actions, first) : first + 1;
  if (is_done (session, actions->pdata[*end - 1]))
    return TRUE;
  *ended = is_transaction && *end == actions->len;
  if (action->transaction == ACTION_CHUNKS)
    return run_fill (session, action, session->at_once, error);
  if (action->transaction == ACTION_NO_TRANSACTION)
    return run_apart (session, action, error);
  return run_transaction (session, actions, first, *end, ending, error);
}

static gboolean
run_actions (DatabaseSession *session, const GPtrArray *actions, const Ending *ending,
             GError **error)
{
  gboolean ended = FALSE;
  guint end;

  for (guint i = 0; i < actions->len; i = end)
    if (!run_some (session, actions, i, &end, ending, &ended, error))
      return FALSE;
  return ended || end_alone (session, ending, error);
}

/* Steps ------------------------------------------------------------------------- */

static gboolean
has_begun (DatabaseSession *session, const ActionStep *step)
{
  for (guint i = 0; i < step->actions->len; i++)
    {
      const JournalRecord *record = record_of (session, step->actions->pdata[i]);
      if (record->state != RECORD_PENDING || record->position != NULL)
        return TRUE;
    }
  return FALSE;
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
          && !has_begun (session, step))
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
        last = MAX (last, record_of (session, action)->changed_us);
    }
  return last;
}

/* Whoever still reads the rows as they were before they were filled would read nulls in
 * them as soon as the name of a column is that of the new one. */
static gboolean
settle (DatabaseSession *session, const MigrationStep *step, GError **error)
{
  if (session->is_settled || step->phase != MIGRATION_PHASE_CONTRACTING
      || sql (session)->old_readers == NULL)
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
      || (sql (session)->capabilities & SQL_CONTRACT_AT_ONCE) == 0)
    return TRUE;
  if (!begin (session, SQL_FOR_SCHEMA, error))
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
  const Ending ending
      = { .phase = "ROLLBACK",
          .message = arena_printf (session->arena, "Took back a part of: %s",
                                   step->step->description),
          .run_phase = step->step->phase,
          .direction = RUN_BACKWARD };

  if (!has_begun (session, step))
    return TRUE;
  session->direction = RUN_BACKWARD;
  return run_actions (session, step->undo, &ending, error);
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
  const Ending ending = { .phase = migration_phase_to_string (step->phase),
                          .message = step->description,
                          .run_phase = step->phase,
                          .direction = RUN_FORWARD };
  GError *problem = NULL, *second = NULL;

  if (!settle (session, step, error) || !open_contract (session, step, error))
    return FALSE;
  if (run_actions (session, action_step->actions, &ending, &problem))
    {
      if (session->at_once)
        g_ptr_array_add (session->in_group, (gpointer) step);
      return TRUE;
    }
  gboolean was_at_once = session->at_once;
  roll_back (session);
  if (!was_at_once && !is_outside (problem) && !undo_part (session, action_step, &second))
    {
      roll_back (session);
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
  const Ending ending
      = { .phase = "ROLLBACK",
          .message = arena_printf (session->arena, "Rolled back: %s", step->description),
          .run_phase = step->phase,
          .direction = RUN_BACKWARD };

  /* A contract that was open is not there to be undone. */
  if (session->at_once)
    roll_back (session);
  if (g_hash_table_contains (session->taken_back, step))
    return TRUE;
  session->direction = RUN_BACKWARD;
  if (run_actions (session, action_step->undo, &ending, error))
    return TRUE;
  roll_back (session);
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

  return sql (session)->read (
      session->context.connection,
      action_plan_shape (session->context.actions, n_executed (session)), G_MAXINT64,
      error);
}

static void
database_close (EngineSession *base)
{
  DatabaseSession *session = self (base);

  if (session->at_once)
    roll_back (session);
  g_hash_table_unref (session->records);
  g_hash_table_unref (session->taken_back);
  g_ptr_array_unref (session->in_group);
  g_array_unref (session->uncommitted);
  pause_clear (&session->pause);
  arena_free (session->arena);
  g_free (session);
}

/* Resuming ---------------------------------------------------------------------- */

static gboolean
all_done (DatabaseSession *session, const GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    if (!is_done (session, actions->pdata[i]))
      return FALSE;
  return actions->len > 0;
}

/* A step is executed when its actions are done and not undone.  One without actions goes
 * with the steps after it. */
static void
mark_steps (DatabaseSession *session, MigrationPlan *plan, RunDirection direction)
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
        step->executed = has_begun (session, action_step);
      else
        step->executed = all_done (session, action_step->actions);
      step->rolled_back = step->executed && all_done (session, action_step->undo);
      later = later || step->executed;
    }
}

static gboolean
read_records (DatabaseSession *session, GError **error)
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
      const JournalRecord *record = record_of (session, action);
      if (action->kind == ACTION_FILL && record->state == RECORD_PENDING
          && record->position != NULL
          && !sql (session)->check_position (connection, action, record->position, error))
        return FALSE;
    }
  return TRUE;
}

/* Before anything is touched: what is recorded has to be something to go on with. */
static gboolean
check_records (DatabaseSession *session, GError **error)
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
  if (!read_records (session, error) || !check_records (session, error))
    {
      database_close (&session->base);
      return NULL;
    }
  mark_steps (session, plan, direction);
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
  mark_steps (session, plan, session->recorded);
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
static guint
n_further (GHashTable *a, GHashTable *b)
{
  GHashTableIter each;
  gpointer key, record;
  guint n = 0;

  g_hash_table_iter_init (&each, a);
  while (g_hash_table_iter_next (&each, &key, &record))
    n += is_further (record, g_hash_table_lookup (b, key)) ? 1 : 0;
  return n;
}

gboolean
database_session_read_again (EngineSession *base, MigrationPlan *plan,
                             RunDirection recorded, guint *n_missing, GError **error)
{
  DatabaseSession *session = self (base);
  g_autoptr (GHashTable) known = g_steal_pointer (&session->records);

  session->records = g_hash_table_new (NULL, NULL);
  if (!read_records (session, error))
    return FALSE;
  *n_missing = n_further (known, session->records);
  session->has_acted
      = session->has_acted || *n_missing > 0 || n_further (session->records, known) > 0;
  session->recorded = recorded;
  mark_steps (session, plan, recorded);
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

  return (event_phase == NULL || write_event (session, event_phase, message, error))
         && journal_set_run (session->context.journal, session->context.run, phase, state,
                             direction, message, error)
         && (!run_state_is_over (state)
             || sql (session)->forget (session->context.connection, plan->plan->id,
                                       error));
}

gboolean
database_session_finish (EngineSession *base, MigrationPhase phase, RunState state,
                         RunDirection direction, const char *event_phase,
                         const char *message, GError **error)
{
  DatabaseSession *session = self (base);
  gboolean was_at_once = session->at_once;

  if (!was_at_once
      && !sql (session)->begin (session->context.connection, SQL_FOR_SCHEMA,
                                session->context.lock_timeout_ms, error))
    return FALSE;
  session->at_once = FALSE;
  if (write_state (session, phase, state, direction, event_phase, message, error)
      && commit (session, NULL, error))
    return TRUE;
  session->at_once = was_at_once;
  roll_back (session);
  return FALSE;
}
