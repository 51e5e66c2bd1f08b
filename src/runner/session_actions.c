/* SPDX-License-Identifier: Apache-2.0
 *
 * The actions of a step, in the transactions that they are to be in.
 */
#include "config.h"

#include "runner/session_part.h"

static gboolean
perform (DatabaseSession *session, const Action *action, GError **error)
{
  if (action->kind == ACTION_FILL)
    return session_run_fill (session, action, TRUE, error);
  session_save_record (session, session_record (session, action));
  return session_sql (session)->perform (session->context.connection, action,
                                         session->context.definitions, error)
         && session_write_record (session, session_record (session, action), RECORD_DONE,
                                  error);
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

static gboolean
write_ending (DatabaseSession *session, const SessionEnding *ending, GError **error)
{
  return session_write_event (session, ending->phase, ending->message, error)
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
                 guint end, const SessionEnding *ending, guint patience_ms,
                 GError **error)
{
  gboolean had_acted = session->has_acted;

  if (!session_begin_within (session, SQL_FOR_SCHEMA, patience_ms, error))
    return FALSE;
  for (guint i = first; i < end; i++)
    if (!perform (session, actions->pdata[i], error))
      return FALSE;
  if (end == actions->len && !write_ending (session, ending, error))
    return FALSE;
  if (!session_commit (session, actions->pdata[end - 1], error))
    return FALSE;
  if (only_looks (actions, first, end))
    session->has_acted = had_acted;
  return TRUE;
}

/* Actions @first to @end are one transaction. */
static gboolean
run_transaction (DatabaseSession *session, const GPtrArray *actions, guint first,
                 guint end, const SessionEnding *ending, GError **error)
{
  SessionTries tries = session_tries (session);
  GError *problem = NULL;

  while (!try_transaction (session, actions, first, end, ending,
                           session_tries_patience (session, &tries), &problem))
    {
      if (!session_tries_again (session, &tries, problem))
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
  JournalRecord *record = session_record (session, action);

  if (!session_begin (session, SQL_FOR_ROWS, error))
    return FALSE;
  session_save_record (session, record);
  return session_write_record (session, record, state, error)
         && session_commit (session, action, error);
}

/* It has been refused its lock as a whole, so it can be asked for again as a whole. */
static gboolean
perform_apart (DatabaseSession *session, const Action *action, GError **error)
{
  SessionTries tries = session_tries (session);
  GError *problem = NULL;

  while (!session_sql (session)->perform (session->context.connection, action,
                                          session->context.definitions, &problem))
    {
      if (!session_tries_again (session, &tries, problem))
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
end_alone (DatabaseSession *session, const SessionEnding *ending, GError **error)
{
  if (!session_begin (session, SQL_FOR_ROWS, error))
    return FALSE;
  return write_ending (session, ending, error) && session_commit (session, NULL, error);
}

/* Does the actions from @first on that belong together. @end: gets the one behind them */
static gboolean
run_some (DatabaseSession *session, const GPtrArray *actions, guint first, guint *end,
          const SessionEnding *ending, gboolean *ended, GError **error)
{
  const Action *action = actions->pdata[first];
  gboolean is_transaction = action->transaction != ACTION_CHUNKS
                            && action->transaction != ACTION_NO_TRANSACTION;

  *end = is_transaction ? transaction_end (actions, first) : first + 1;
  if (session_is_done (session, actions->pdata[*end - 1]))
    return TRUE;
  *ended = is_transaction && *end == actions->len;
  if (action->transaction == ACTION_CHUNKS)
    return session_run_fill (session, action, session->at_once, error);
  if (action->transaction == ACTION_NO_TRANSACTION)
    return run_apart (session, action, error);
  return run_transaction (session, actions, first, *end, ending, error);
}

gboolean
session_run_actions (DatabaseSession *session, const GPtrArray *actions,
                     const SessionEnding *ending, GError **error)
{
  gboolean ended = FALSE;
  guint end;

  for (guint i = 0; i < actions->len; i = end)
    if (!run_some (session, actions, i, &end, ending, &ended, error))
      return FALSE;
  return ended || end_alone (session, ending, error);
}
