/* SPDX-License-Identifier: Apache-2.0
 *
 * DatabaseSession: an SQL database as an engine that the executor drives: each step's
 * actions with their records, forward and back.
 */
#pragma once

#include "engine/engine.h"
#include "engine/sql/action_plan.h"
#include "runner/journal.h"
#include "runner/throttle.h"

typedef struct DatabaseSession DatabaseSession;

/* What happens between the chunks of a fill, or is to be known of it before. */
typedef enum
{
  PAUSE_WAITS,    /* for others, and why; again and again while it lasts */
  PAUSE_IS_OVER,  /* how long it was */
  PAUSE_REMARKS,  /* what people have to see to */
  PAUSE_IS_BLIND, /* what cannot be seen, and so is not waited for; once */
} PauseEvent;

/* What a session needs; all borrowed. */
typedef struct
{
  SqlConnection *connection;
  Journal *journal;
  const ActionPlan *actions;
  gint64 fence;
  gint64 run;            /* its number in the journal */
  RunDirection recorded; /* where the journal says that it goes */
  gboolean waits;        /* whether the journal says that it does */
  const char *definitions;
  guint lock_timeout_ms;
  guint batch_size; /* 0: as the pacer likes */
  ThrottleLimits limits;
  gboolean (*stops) (void); /* whether a signal asks for an end; or NULL */
  /* Hears of every chunk of a fill.  @n_rows: so far; or NULL */
  void (*chunk) (gpointer data, const Action *action, guint64 n_rows, guint64 n_total,
                 double rows_per_s, gboolean done);
  /* Hears of pauses; or NULL */
  void (*pause) (gpointer data, const Action *action, PauseEvent event, const char *text);
  /* Hears of every transaction that has been committed; or NULL */
  void (*committed) (gpointer data, const Action *action);
  gpointer data;
} DatabaseContext;

/* Reads what is recorded of the run, and marks the steps of @plan that are done.
 * @direction: on the way back a step that has only been begun has to be undone too */
EngineSession *database_session_new (const DatabaseContext *context, MigrationPlan *plan,
                                     RunDirection direction, GError **error);

/* Whether a contract is being done in one transaction that is still open: nothing of it
 * has happened yet. */
gboolean database_session_is_open (EngineSession *session);

/**
 * database_session_finish:
 * Commits the transaction that a contract was done in, with the state of the run, or
 * records that state in a transaction of its own.
 */
gboolean database_session_finish (EngineSession *session, MigrationPhase phase,
                                  RunState state, RunDirection direction,
                                  const char *event_phase, const char *message,
                                  GError **error);

/* Marks the steps of @plan again, where a transaction took back what had been marked.
 * FALSE: there was none */
gboolean database_session_mark_again (EngineSession *session, MigrationPlan *plan);

/**
 * database_session_read_again:
 * @recorded: where the journal says now that it goes
 * @n_missing: gets how many actions and fills are not there any more, or not as far,
 * whose commit was heard of
 *
 * After the connection was lost: what is recorded counts, not what was heard of it. Marks
 * the steps of @plan again.
 */
gboolean database_session_read_again (EngineSession *session, MigrationPlan *plan,
                                      RunDirection recorded, guint *n_missing,
                                      GError **error);

/* Where the journal says that it goes: back from the first thing that was taken back. */
RunDirection database_session_direction (EngineSession *session);

/* Whether anything was committed by this session. */
gboolean database_session_has_acted (EngineSession *session);
