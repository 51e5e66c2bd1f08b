/* SPDX-License-Identifier: Apache-2.0
 *
 * DatabaseRun: one migration on one database, from the lock to the last record.
 *
 * It takes the runner's lock, reads the journal, decides what there is to do, does it
 * through the executor, and records where it ends.
 */
#pragma once

#include "runner/database_session.h"
#include "runner/executor.h"

typedef enum
{
  DATABASE_GOAL_RUN, /* expand and migrate; then a contract waits */
  DATABASE_GOAL_CONTRACT,
  DATABASE_GOAL_CONTINUE, /* whatever a run was at when it stopped */
  DATABASE_GOAL_ABORT,
} DatabaseGoal;

typedef struct
{
  const SqlEngine *engine;
  const char *url;
  guint lock_timeout_ms; /* for the database's own lock, a transaction */
  guint wait_lock_ms;    /* for another runner */
  guint batch_size;
  ThrottleLimits limits;
  gboolean seed_data;
  gboolean accept_loss;
  guint fail_at;
  gboolean has_until;
  MigrationPhase until;
  const MigrationObserver *observer;
  gboolean (*stops) (void);
  void (*chunk) (gpointer data, const Action *action, guint64 n_rows, guint64 n_total,
                 double rows_per_s, gboolean done);
  void (*pause) (gpointer data, const Action *action, PauseEvent event, const char *text);
  void (*committed) (gpointer data, const Action *action);
  gpointer data;
} DatabaseOptions;

typedef enum
{
  DATABASE_DONE,        /* as asked, nothing to do, or waiting as planned */
  DATABASE_ROLLED_BACK, /* failed, everything as before */
  DATABASE_STOPPED,     /* part-way, recorded */
  DATABASE_STUCK,
  DATABASE_LOCKED, /* by somebody else; untouched */
  DATABASE_UNREACHABLE,
  DATABASE_DRIFTED,     /* checksum or schema; untouched */
  DATABASE_UNSAFE,      /* on this very server; untouched */
  DATABASE_REFUSED,     /* makes no sense here; untouched */
  DATABASE_INTERRUPTED, /* by a signal, recorded */
} DatabaseOutcome;

/* With whom a run speaks. */
typedef enum
{
  RUN_REACHED,     /* the database that it was begun on */
  RUN_UNREACHABLE, /* nobody: the connection was lost, and there is no other one */
  RUN_HELD,        /* that database, where another session holds the runner's lock */
  RUN_BEHIND,      /* one that knows the run, and nothing of what this call has done */
  RUN_UNKNOWN,     /* one that does not know the run */
} RunContact;

typedef struct DatabaseRun DatabaseRun;

/**
 * database_run_open:
 * Connects, takes the lock, opens the journal.
 *
 * Returns: (nullable): NULL with @outcome and @error
 */
DatabaseRun *database_run_open (const DatabaseOptions *options, DatabaseOutcome *outcome,
                                GError **error);
void database_run_close (DatabaseRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DatabaseRun, database_run_close)

/* What is recorded of a migration, or of the only one that is not finished (@id NULL).
 * Returns: FALSE with ZDM_ERROR_MISSING when there is none, or more than one */
gboolean database_run_find (DatabaseRun *run, const char *id, const JournalRun **found,
                            GError **error);

/* What a file, or the text that is recorded of it, says; all borrowed. */
typedef struct
{
  const Migration *migration;
  MigrationPlan *plan;
  const char *source; /* its text */
  const char *checksum;
  const char *file; /* as the user named it */
  /* const OtherRun *: the other migrations that are not finished here; for an abort also
   * those that came later and are complete */
  const GPtrArray *others;
} DatabaseJob;

/* The runs that are not finished: const JournalRun *, in the run's arena. */
gboolean database_run_unfinished (DatabaseRun *run, GPtrArray *runs, GError **error);

/* The complete runs that came after the last one of @id: as above. */
gboolean database_run_later (DatabaseRun *run, const char *id, GPtrArray *runs,
                             GError **error);

/* Does what the goal asks for.  @diagnostics: gets what the engine cannot do; @error says
 * why the goal was not reached. */
DatabaseOutcome database_run_go (DatabaseRun *run, DatabaseGoal goal,
                                 const DatabaseJob *job, DiagnosticList *diagnostics,
                                 GError **error);

/* After it: the executor with the whole history; NULL when nothing ran. */
const MigrationExecutor *database_run_executor (const DatabaseRun *run);
/* Whom it speaks with in the end, after a connection that was lost. */
RunContact database_run_contact (const DatabaseRun *run);
/* How the run is recorded now; or NULL. */
const JournalRun *database_run_record (const DatabaseRun *run);
/* What belongs to the error, a line each: differences, losses.  NULL-ended, borrowed */
const char *const *database_run_details (const DatabaseRun *run);
/* The tables as they are, @max_rows rows of each at most.  (transfer full) */
Database *database_run_tables (DatabaseRun *run, gsize max_rows, GError **error);
/* How many rows one of them has in all. */
gboolean database_run_count (DatabaseRun *run, const char *table, guint64 *n_rows,
                             GError **error);
/* What to type next: "contract", "continue"; NULL: nothing */
const char *database_run_next (const DatabaseRun *run);
