/* SPDX-License-Identifier: Apache-2.0
 *
 * DatabaseWork: what a call does on the database of --url, with its exit code, and what
 * to say of the state in which it leaves the database.
 */
#pragma once

#include "commands/exit_code.h"
#include "commands/options.h"
#include "runner/database_run.h"
#include "runner/rehearse.h"

typedef struct DatabaseWork DatabaseWork;

/* Connects and takes the lock.  It may fail: then everything after it does nothing. */
DatabaseWork *database_work_new (const Options *options,
                                 const MigrationObserver *observer);
void database_work_free (DatabaseWork *work);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DatabaseWork, database_work_free)

/**
 * database_work_find:
 * @word: an id, or the file that was recorded; NULL: the only one that is not finished
 *
 * Returns: (nullable): what is recorded
 */
const JournalRun *database_work_find (DatabaseWork *work, const char *word);

void database_work_go (DatabaseWork *work, DatabaseGoal goal, const Migration *migration,
                       MigrationPlan *plan, const char *source, const char *file,
                       DiagnosticList *diagnostics);

/* Rehearses on scratch copies of the database; adds to @rehearsal what it finds.  Nothing
 * else may be done with it. */
DatabaseWork *database_work_rehearse (const Options *options, const Migration *migration,
                                      MigrationPlan *plan, const char *source,
                                      const char *file, Rehearsal *rehearsal);

int database_work_exit_code (const DatabaseWork *work);
/* Without secrets; or NULL. */
const char *database_work_failure (const DatabaseWork *work);
/* The lines of the failure, NULL-ended. */
const char *const *database_work_details (const DatabaseWork *work);
const char *database_work_state (const DatabaseWork *work);
/* What to type next; or NULL. */
const char *database_work_next (const DatabaseWork *work);
const MigrationExecutor *database_work_executor (const DatabaseWork *work);
const Database *database_work_tables (DatabaseWork *work); /* or NULL */
/* How many rows each of those has in all; NULL where nobody asked to see them. */
const guint64 *database_work_row_counts (DatabaseWork *work);
const char *database_work_engine (const DatabaseWork *work);
