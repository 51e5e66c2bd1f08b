/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions of a session, and the records that go with them.
 */
#include "config.h"

#include "runner/session_part.h"

#include "runner/lease.h"

static gboolean
is_stopped (const DatabaseSession *session)
{
  return session->context.stops != NULL && session->context.stops ();
}

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

gboolean
session_begin_within (DatabaseSession *session, SqlPurpose purpose, guint patience_ms,
                      GError **error)
{
  if (session->at_once)
    return TRUE;
  if (is_stopped (session))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INTERRUPTED, "a signal asked for an end");
      return FALSE;
    }
  if (!session_sql (session)->begin (session->context.connection, purpose, patience_ms,
                                     error))
    return FALSE;
  if (lease_beat (session->context.connection, session->context.fence, error)
      && record_course (session, error))
    return TRUE;
  session_sql (session)->roll_back (session->context.connection);
  return FALSE;
}

gboolean
session_begin (DatabaseSession *session, SqlPurpose purpose, GError **error)
{
  return session_begin_within (session, purpose, session->context.lock_timeout_ms, error);
}

/* Whatever was begun is gone, a contract as a whole. */
void
session_roll_back (DatabaseSession *session)
{
  session_sql (session)->roll_back (session->context.connection);
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

gboolean
session_commit (DatabaseSession *session, const Action *action, GError **error)
{
  if (session->at_once)
    return TRUE;
  if (!session_sql (session)->commit (session->context.connection, error))
    {
      session_roll_back (session);
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

static const guint TRIES_MS[] = { 100, 200, 400, 800, 1500, 2000 };

/* Between two tries everybody else gets on; the gap grows with the tries. */
#define GAP_MS 1000
#define GAP_MAX_MS 5000

SessionTries
session_tries (const DatabaseSession *session)
{
  return (SessionTries){ .end = g_get_monotonic_time ()
                                + (gint64) session->context.lock_timeout_ms * 1000 };
}

guint
session_tries_patience (const DatabaseSession *session, const SessionTries *tries)
{
  if ((session_sql (session)->capabilities & SQL_SHORT_LOCKS) == 0)
    return session->context.lock_timeout_ms;
  return MIN (TRIES_MS[MIN (tries->n, G_N_ELEMENTS (TRIES_MS) - 1)],
              MAX (session->context.lock_timeout_ms, 1));
}

/* Another server of those that write was faster: nobody waits for us meanwhile. */
#define CONFLICT_GAP_MS 100

static guint
gap_ms (const DatabaseSession *session, const SessionTries *tries, const GError *problem)
{
  gboolean is_conflict = session->context.connection->is_node
                         && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK);
  guint most = is_conflict ? CONFLICT_GAP_MS : MIN (GAP_MS * (tries->n + 1), GAP_MAX_MS);

  return (guint) g_random_int_range ((gint32) most / 2, (gint32) most);
}

/* Rolls back, and waits for the next try.  FALSE: there is none, for @problem or the
 * budget */
gboolean
session_tries_again (DatabaseSession *session, SessionTries *tries, const GError *problem)
{
  gboolean is_lock = g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
                     || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK);

  if (!is_lock || session->at_once
      || (session_sql (session)->capabilities & SQL_SHORT_LOCKS) == 0)
    return FALSE;
  session_roll_back (session);
  guint gap = gap_ms (session, tries, problem);
  tries->n++;
  if (g_get_monotonic_time () + (gint64) gap * 1000 >= tries->end)
    return FALSE;
  g_usleep ((gulong) gap * 1000);
  return TRUE;
}

/* Records ----------------------------------------------------------------------- */

JournalRecord *
session_record (DatabaseSession *session, const Action *action)
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

gboolean
session_write_record (DatabaseSession *session, JournalRecord *record, RecordState state,
                      GError **error)
{
  record->state = state;
  record->changed_us = g_get_real_time ();
  return journal_set_record (session->context.journal, session->context.run, record,
                             error);
}

gboolean
session_is_done (DatabaseSession *session, const Action *action)
{
  return session_record (session, action)->state == RECORD_DONE;
}

gboolean
session_write_event (DatabaseSession *session, const char *phase, const char *message,
                     GError **error)
{
  return journal_add_event (session->context.journal, session->context.run, phase,
                            message, error);
}

void
session_save_record (DatabaseSession *session, JournalRecord *record)
{
  const SavedRecord saved = { .record = record, .before = *record };

  g_array_append_val (session->uncommitted, saved);
}
