/* SPDX-License-Identifier: Apache-2.0
 *
 * Journal: what has been done to a database, in four tables of that database.
 *
 *   zdm_meta       key, value: the format's version, the fence, who holds the lock
 *   zdm_migration  one row a run of a migration: id, checksum, source, phase, state
 *   zdm_step       one row an action of a run: its state, how far a fill has come
 *   zdm_event      append-only: what happened, when, by whom
 *
 * It speaks plain SQL through an SqlConnection and never asks which engine that is.
 * Writes belong into a transaction of the caller, so that an action and its record commit
 * together; each checks that this runner still holds the lock (ZDM_ERROR_FENCED).
 */
#pragma once

#include "engine/sql/sql_engine.h"

typedef struct Journal Journal;

typedef enum
{
  RUN_RUNNING, /* a runner is at work, or was when it died */
  RUN_WAITING, /* for `contract`, or as --until said */
  RUN_STOPPED, /* part-way, by a cause outside: `continue` or `abort` */
  RUN_COMPLETE,
  RUN_ROLLED_BACK,
  RUN_STUCK, /* a person must look */
} RunState;

#define N_RUN_STATES 6

typedef enum
{
  RUN_FORWARD,
  RUN_BACKWARD, /* it is being rolled back: `continue` goes on with that */
} RunDirection;

/* One run of a migration, as it is recorded.  Strings live in the arena given. */
typedef struct
{
  gint64 number; /* from 1; the last run of an id counts */
  const char *id;
  const char *title;
  const char *file;        /* as the user named it */
  const char *checksum;    /* "zdm1:sha256:…" */
  const char *fingerprint; /* of the list of actions */
  const char *source;      /* the file's bytes, UTF-8 */
  const char *definitions; /* of the tables at the start, see SqlEngine */
  MigrationPhase phase;
  RunState state;
  RunDirection direction;
  const char *message;  /* why it stopped, failed; or NULL */
  const char *started;  /* "2026-11-26T19:20:00Z" */
  const char *changed;  /* the last record */
  const char *finished; /* or NULL */
} JournalRun;

typedef enum
{
  RECORD_PENDING,
  RECORD_BEGUN, /* the intent is committed; look what is there */
  RECORD_DONE,
  RECORD_UNDONE,
} RecordState;

typedef struct
{
  guint action; /* Action.index */
  guint step;   /* MigrationStep.index */
  RecordState state;
  const char *position; /* of a fill; or NULL */
  guint64 n_rows;       /* written so far */
  gint64 changed_us;    /* when it was written last, since 1970; 0: never */
} JournalRecord;

/* How far the actions of a run are. */
typedef struct
{
  gint64 run;
  guint n_actions;
  guint n_done;
  guint fill;          /* the last action that has moved rows and is not done; 0: none */
  guint64 n_fill_rows; /* by it, so far */
} JournalTally;

typedef struct
{
  gint64 number;
  gint64 run;
  const char *at;
  const char *id; /* of the migration */
  const char *phase;
  const char *message;
  const char *runner; /* "host:pid" */
} JournalEvent;

const char *run_state_to_string (RunState state); /* "waiting" */

/* Nothing is left to be done: complete, or rolled back. */
gboolean run_state_is_over (RunState state);

/**
 * journal_open:
 * @connection: borrowed
 * @fence: of the lock that is held; 0 for a reader
 *
 * Writes nothing.
 */
Journal *journal_open (SqlConnection *connection, gint64 fence);
void journal_free (Journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Journal, journal_free)

/* Over a new connection another database may answer: forgets what was seen of it. */
void journal_look_again (Journal *journal);

/* Whether its tables are there.  ZDM_ERROR_DRIFT when a newer version made them. */
gboolean journal_exists (SqlConnection *connection, gboolean *exists, GError **error);

/* Makes the tables where they are not there; in a transaction of the caller. */
gboolean journal_create (SqlConnection *connection, GError **error);

/* Reading.  On a database without journal they find nothing. */

/* The last run of @id, or NULL without an error.  @id may be the one run's number, "#3"
 */
gboolean journal_find (Journal *journal, const char *id, Arena *arena,
                       const JournalRun **run, GError **error);
/* The last run of each id, oldest first: const JournalRun *.
 * @with_texts: `source` and `definitions` too, which may be long; otherwise NULL */
gboolean journal_runs (Journal *journal, gboolean with_texts, Arena *arena,
                       GPtrArray *runs, GError **error);
/* By action. */
gboolean journal_records (Journal *journal, gint64 run, Arena *arena, GPtrArray *records,
                          GError **error);
/* Of the runs that are not over, in no order: const JournalTally *. */
gboolean journal_tallies (Journal *journal, Arena *arena, GPtrArray *tallies,
                          GError **error);
/* @id: of a migration; NULL: of all */
gboolean journal_events (Journal *journal, const char *id, Arena *arena,
                         GPtrArray *events, GError **error);

/* Writing, in a transaction of the caller. */

/* @run: all but number and times; gets its number */
gboolean journal_add_run (Journal *journal, const JournalRun *run, gint64 *number,
                          GError **error);
gboolean journal_set_run (Journal *journal, gint64 number, MigrationPhase phase,
                          RunState state, RunDirection direction, const char *message,
                          GError **error);
/* What keeps the run from going on now; NULL: nothing. */
gboolean journal_set_message (Journal *journal, gint64 number, const char *message,
                              GError **error);
/* Inserts or replaces the record of the action. */
gboolean journal_set_record (Journal *journal, gint64 run, const JournalRecord *record,
                             GError **error);
gboolean journal_add_event (Journal *journal, gint64 run, const char *phase,
                            const char *message, GError **error);
/* Just the check: ZDM_ERROR_FENCED when another runner has taken over. */
gboolean journal_check_fence (Journal *journal, GError **error);
