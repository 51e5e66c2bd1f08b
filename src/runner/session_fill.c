/* SPDX-License-Identifier: Apache-2.0
 *
 * A fill of a session: chunk by chunk, each with how far it has come.
 */
#include "config.h"

#include "runner/session_part.h"

#include "runner/pacer.h"

/* One chunk with its record.  In a transaction that is open it only moves rows. */
static gboolean
try_chunk (DatabaseSession *session, const Action *action, guint n_rows,
           FillProgress *progress, gboolean in_transaction, guint patience_ms,
           GError **error)
{
  JournalRecord *record = session_record (session, action);

  if (!in_transaction
      && !session_begin_within (session, SQL_FOR_CHUNK, patience_ms, error))
    return FALSE;
  if (!session_sql (session)->fill (session->context.connection, action, n_rows, progress,
                                    error))
    return FALSE;
  session_save_record (session, record);
  record->position = arena_strdup (session->arena, progress->position);
  record->n_rows += progress->n_rows;
  if (!session_write_record (session, record,
                             progress->done ? RECORD_DONE : RECORD_PENDING, error))
    return FALSE;
  return in_transaction || session_commit (session, action, error);
}

static gboolean
fill_chunk (DatabaseSession *session, const Action *action, guint n_rows,
            FillProgress *progress, gboolean in_transaction, GError **error)
{
  g_autofree char *position = g_strdup (progress->position);
  SessionTries tries = session_tries (session);
  GError *problem = NULL;

  while (!try_chunk (session, action, n_rows, progress, in_transaction,
                     session_tries_patience (session, &tries), &problem))
    {
      if (in_transaction || !session_tries_again (session, &tries, problem))
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
                        .n_before = session_record (session, action)->n_rows };
  if (session->context.chunk != NULL && session_sql (session)->estimate != NULL)
    watch->n_total
        = session_sql (session)->estimate (session->context.connection, action);
}

static void
watch_tell (DatabaseSession *session, const Action *action, const FillWatch *watch,
            gboolean done)
{
  const JournalRecord *record = session_record (session, action);
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
  if ((session_sql (session)->capabilities & SQL_LOCK_QUEUES) == 0)
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
gboolean
session_run_fill (DatabaseSession *session, const Action *action, gboolean in_transaction,
                  GError **error)
{
  JournalRecord *record = session_record (session, action);
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
