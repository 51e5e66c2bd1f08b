/* SPDX-License-Identifier: Apache-2.0
 *
 * The inside of a run on a database, while it is decided, begun, done and ended: shared
 * by database_run.c and run_*.c, nobody else's business.
 */
#pragma once

#include "runner/database_run.h"

struct DatabaseRun
{
  DatabaseOptions options;
  SqlConnection *connection;
  Journal *journal;
  gint64 fence;
  Arena *arena;
  ActionPlan *actions;
  EngineSession *session;
  MigrationExecutor *executor;
  guint n_history; /* entries that earlier calls have recorded */
  const JournalRun *record;
  char *definitions;
  GPtrArray *details; /* char *, NULL-ended */
  gboolean in_doubt;  /* nobody has heard how the last commit ended */
  RunContact contact; /* anything but RUN_REACHED: nothing more is read or written */
};

typedef struct
{
  DatabaseRun *run;
  DatabaseGoal goal;
  const DatabaseJob *file;
  const Migration *migration;
  MigrationPlan *plan;
  char *fingerprint;
} Job;

/* What an error means as long as nothing was done. */
DatabaseOutcome run_outcome_before_acting (const GError *error);

/* Adds a line to what belongs to the error. */
void run_add_detail (const Job *job, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Reads what is recorded by now.  What was known stays known where nothing can be read: a
 * disk with faults, another writer. */
void run_read_record (DatabaseRun *run, const char *id);

/* run_start.c: what has to hold before anything is touched, and the first record. */
gboolean run_check_same_file (const Job *job, const JournalRun *record, GError **error);
gboolean run_start (const Job *job, GError **error);

/* run_recover.c: whether the cause is a connection that was lost; and then: over a new
 * one takes the lock again and reads what is recorded.  FALSE: run->contact says why
 * nothing more can be done in this call. */
gboolean run_is_lost (const GError *error);
gboolean run_recover (const Job *job);

/* run_decision.c: names mean what they meant when the run was begun: what was begun in
 * one schema is not gone on with in another. */
gboolean run_settle (const DatabaseRun *run, GError **error);

/* run_course.c: through the executor, and how it ended. */
DatabaseOutcome run_forward (const Job *job, MigrationPhase until, GError **error);
DatabaseOutcome run_back (const Job *job, GError **error);

/* Where the run is, for who is told of it, when there is nothing to do. */
void run_show (const Job *job);

/* run_decision.c: what the goal means for what is recorded. */
DatabaseOutcome run_decide (const Job *job, GError **error);
