/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts of a DatabaseSession share.
 *
 * session_transaction: begins, commits, tries again; records.  session_fill,
 * session_actions: work.  session_records: what was recorded before.  database_session:
 * the engine itself.
 */
#pragma once

#include "runner/database_session.h"

#include "model/error.h"
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

/* A transaction that waits for its locks in short tries, each one a whole transaction. */
typedef struct
{
  gint64 end; /* when the budget is over */
  guint n;    /* tries that have failed */
} SessionTries;

/* What belongs into the last transaction of a step: its event, and the state of the run.
 */
typedef struct
{
  const char *phase, *message;
  MigrationPhase run_phase;
  RunDirection direction;
} SessionEnding;

static inline const SqlEngine *
session_sql (const DatabaseSession *session)
{
  return session->context.connection->engine;
}

/* All that follows is within the transaction of a contract, where that is open: then to
 * begin and to commit does nothing. */

/* @patience_ms: how long it waits for a lock */
gboolean session_begin_within (DatabaseSession *session, SqlPurpose purpose,
                               guint patience_ms, GError **error);
gboolean session_begin (DatabaseSession *session, SqlPurpose purpose, GError **error);

/* Whatever was begun is gone, a contract as a whole; the records in memory too. */
void session_roll_back (DatabaseSession *session);

/* @action: the last one of the transaction, for who listens; or NULL */
gboolean session_commit (DatabaseSession *session, const Action *action, GError **error);

SessionTries session_tries (const DatabaseSession *session);
guint session_tries_patience (const DatabaseSession *session, const SessionTries *tries);

/* Rolls back, and waits for the next try.  FALSE: there is none, for @problem or the
 * budget */
gboolean session_tries_again (DatabaseSession *session, SessionTries *tries,
                              const GError *problem);

/* Of the session: made where there is none. */
JournalRecord *session_record (DatabaseSession *session, const Action *action);
gboolean session_write_record (DatabaseSession *session, JournalRecord *record,
                               RecordState state, GError **error);

/* So that it goes back with the transaction. */
void session_save_record (DatabaseSession *session, JournalRecord *record);
gboolean session_is_done (DatabaseSession *session, const Action *action);
gboolean session_write_event (DatabaseSession *session, const char *phase,
                              const char *message, GError **error);

/* In a transaction that is open nobody is helped by waiting. */
gboolean session_run_fill (DatabaseSession *session, const Action *action,
                           gboolean in_transaction, GError **error);

/* What is not done yet of @actions, and the end of their step. */
gboolean session_run_actions (DatabaseSession *session, const GPtrArray *actions,
                              const SessionEnding *ending, GError **error);

gboolean session_has_begun (DatabaseSession *session, const ActionStep *step);
gboolean session_read_records (DatabaseSession *session, GError **error);

/* Before anything is touched: what is recorded has to be something to go on with. */
gboolean session_check_records (DatabaseSession *session, GError **error);

/* A step is executed when its actions are done and not undone.  One without actions goes
 * with the steps after it. */
void session_mark_steps (DatabaseSession *session, MigrationPlan *plan,
                         RunDirection direction);

/* How many records of @a are further than those of @b. */
guint session_n_further (GHashTable *a, GHashTable *b);
