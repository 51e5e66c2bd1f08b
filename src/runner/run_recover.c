/* SPDX-License-Identifier: Apache-2.0
 *
 * When the connection was lost: what was committed is asked of the database, over a new
 * connection, before anything is said of it.
 */
#include "config.h"

#include "runner/run_job.h"

#include "model/error.h"
#include "runner/lease.h"

/* A server that was restarted, or a replica that takes over, is there again soon; who
 * waits for longer is better told. */
#define RECOVER_MS 5000
#define POLL_MS 200

gboolean
run_is_lost (const GError *error)
{
  return g_error_matches (error, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST);
}

static gboolean
connect_again (DatabaseRun *run)
{
  const DatabaseOptions *options = &run->options;
  gint64 end = g_get_monotonic_time () + (gint64) RECOVER_MS * 1000;

  while (!options->engine->reconnect (run->connection, NULL))
    {
      if (g_get_monotonic_time () >= end || (options->stops != NULL && options->stops ()))
        return FALSE;
      g_usleep (POLL_MS * 1000UL);
    }
  return TRUE;
}

/* Another database may hold a run of the same id and number. */
static gboolean
is_same_run (const JournalRun *a, const JournalRun *b)
{
  return a->number == b->number && g_str_equal (a->started, b->started);
}

/* A server that has crashed may have lost the last chunks, and a replica that takes over
 * may not have received everything: it is at an earlier moment, its tables and its
 * journal alike, and a run is gone on with from there. */
static void
tell_what_is_missing (const Job *job, guint n_missing)
{
  if (n_missing > 0)
    run_add_detail (
        job,
        "the server that answers now does not have the last %u of what was committed: it "
        "crashed just then, or it is another one, and behind",
        n_missing);
}

static RunContact
read_again (const Job *job, gboolean has_lease)
{
  DatabaseRun *run = job->run;
  const JournalRun *record;
  guint n_missing = 0;

  if (!journal_find (run->journal, job->migration->id, run->arena, &record, NULL))
    return RUN_UNREACHABLE;
  if (run->in_doubt)
    {
      run->record = record;
      return has_lease ? RUN_REACHED : RUN_UNKNOWN;
    }
  if (record == NULL || !is_same_run (record, run->record))
    return RUN_UNKNOWN;
  run->record = record;
  if (!run_settle (run, NULL))
    return RUN_UNREACHABLE;
  if (run->session != NULL
      && !database_session_read_again (run->session, job->plan, record->direction,
                                       &n_missing, NULL))
    return RUN_UNREACHABLE;
  tell_what_is_missing (job, n_missing);
  return has_lease ? RUN_REACHED : RUN_BEHIND;
}

static RunContact
contact_again (const Job *job)
{
  DatabaseRun *run = job->run;
  g_autoptr (GError) problem = NULL;

  if (run->options.engine->reconnect == NULL || !connect_again (run))
    return RUN_UNREACHABLE;
  journal_look_again (run->journal);
  if (lease_resume (run->connection, run->fence, &problem))
    return read_again (job, TRUE);
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_MISSING))
    return read_again (job, FALSE);
  return g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_HELD)
                 || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_FENCED)
             ? RUN_HELD
             : RUN_UNREACHABLE;
}

gboolean
run_recover (const Job *job)
{
  job->run->contact = contact_again (job);
  return job->run->contact == RUN_REACHED;
}
