/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlEngine: one kind of SQL database.  Its dialect (pure: operation → actions) and its
 * driver (open, run, transaction) are one constant struct of functions.
 *
 * What is common to all of them, the journal, the runner's lock, pacing, going on and
 * going back, is in runner/ and never asks which engine it drives.
 */
#pragma once

#include "engine/sql/action.h"
#include "model/error.h"
#include "model/migration.h"

typedef struct SqlEngine SqlEngine;

/* Begins every engine's own connection. */
typedef struct
{
  const SqlEngine *engine;
  /* The server is one of several that all write: a session's lock holds on this one
   * alone, and of two transactions that write the same row on two of them one fails when
   * it ends, ZDM_ERROR_DEADLOCK. */
  gboolean is_node;
  gint64 fence;         /* of the lock that its runner holds; 0: none */
  guint max_chunk_rows; /* that a transaction should write; 0: any number */
} SqlConnection;

typedef enum
{
  SQL_READ_ONLY,  /* writes nothing, takes no lock that writers wait for */
  SQL_READ_WRITE, /* the database must be there */
  SQL_CREATE,     /* makes an empty one where there is none, if the engine can */
} SqlAccess;

/* What a transaction is for. */
typedef enum
{
  SQL_FOR_ROWS,   /* as an application would: keys are enforced */
  SQL_FOR_CHUNK,  /* the same, of rows that are written again, with their record, should a
                     crash of the server lose them: its end need not wait for the disk */
  SQL_FOR_SCHEMA, /* definitions */
} SqlPurpose;

enum
{
  /* DDL takes part in transactions: an action and its record commit together. */
  SQL_TRANSACTIONAL_DDL = 1 << 0,
  /* All contracting actions are one transaction: they happen or they do not. */
  SQL_CONTRACT_AT_ONCE = 1 << 1,
  /* Whoever waits for a lock on a table makes everybody wait who comes after:
   * transactions ask for theirs in short tries with gaps. */
  SQL_SHORT_LOCKS = 1 << 2,
  /* A table's name may have its schema before it. */
  SQL_SCHEMAS = 1 << 3,
  /* Whoever waits for a lock gets it before those who ask later, so that a fill need not
   * rest for them. */
  SQL_LOCK_QUEUES = 1 << 4,
};

/* One row of a result; values are borrowed until it returns.  FALSE with @error set ends
 * the query. */
typedef gboolean (*SqlRowFunction) (const Value *values, guint n_values, gpointer data,
                                    GError **error);

/* Where a chunked action is; all zero at its beginning.  The text is opaque to everybody
 * but the engine and goes into the journal with the chunk. */
typedef struct
{
  char *position; /* owned, UTF-8; NULL: at the start */
  gboolean done;
  guint64 n_rows; /* written by this chunk */
  gint64 seen;    /* the engine's own: what it has seen in this process; 0: nothing yet */
} FillProgress;

/* A copy of the server that follows it. */
typedef struct
{
  const char *name;    /* NULL: not even that is known */
  gboolean is_hidden;  /* from this role: nothing but the name is known */
  const char *problem; /* why it cannot be asked now; NULL: it has been */
  guint64 position;    /* how far it is in the server's log: what can be read there */
  gint64 lag_ms;       /* as the server knows it; -1: it does not */
} SqlReplica;

/* Who else has to get on. */
typedef struct
{
  guint64 position; /* the end of the server's log */
  const SqlReplica *replicas;
  guint n_replicas;
  guint n_active;        /* sessions at work, our own aside */
  guint n_hidden;        /* sessions of which this role is not told */
  guint64 held_ms;       /* how long all writers were held up so far, for servers that get
                            their writes */
  const char *who_knows; /* what is hidden: "is shown to members of pg_monitor only" */
  const char *way_out;   /* "make the role one of them" */
} SqlLoad;

struct SqlEngine
{
  const char *name;
  guint capabilities; /* SQL_… bits */

  /* Dialect -------------------------------------------------------------------- */

  /* Appends Action * to @actions, made in @arena; index and step are set by the caller.
   * FALSE with ZDM_ERROR_UNSUPPORTED and the way out when the engine cannot do it. */
  gboolean (*plan_step) (const StepShape *shape, GPtrArray *actions, Arena *arena,
                         GError **error);

  /* The way back over the step; the database is at `after`, with what applications have
   * written since. */
  gboolean (*plan_undo) (const StepShape *shape, GPtrArray *actions, Arena *arena,
                         GError **error);

  /* Driver --------------------------------------------------------------------- */

  /* ZDM_ERROR_CONNECT when it cannot. */
  SqlConnection *(*open) (const char *url, SqlAccess access, GError **error);
  void (*close) (SqlConnection *connection);

  /* In place of a connection that was lost: a new one to the same database, which holds
   * no lock.  ZDM_ERROR_CONNECT when there is none (yet).  Or NULL: it cannot be lost */
  gboolean (*reconnect) (SqlConnection *connection, GError **error);

  /* Begins a transaction that may write, waiting up to @patience_ms for the lock:
   * ZDM_ERROR_LOCK_TIMEOUT. */
  gboolean (*begin) (SqlConnection *connection, SqlPurpose purpose, guint patience_ms,
                     GError **error);
  gboolean (*commit) (SqlConnection *connection, GError **error);
  void (*roll_back) (SqlConnection *connection); /* also when none is open */

  /* Runs one statement with `?` for each parameter, in their order.
   * @row: hears of each row; or NULL
   * @n_changed: gets the number of rows written; or NULL */
  gboolean (*run) (SqlConnection *connection, const char *sql, const Value *parameters,
                   guint n_parameters, SqlRowFunction row, gpointer data,
                   guint64 *n_changed, GError **error);

  /* Whether a table of that name is there; a view is none. */
  gboolean (*has_table) (SqlConnection *connection, const char *name, gboolean *found,
                         GError **error);

  /* The lock of the one runner, which goes with the connection.  @take: tries to take it
   * and does not wait; otherwise only looks.  @is_free: nobody else had it.  Or NULL: a
   * row of the journal has to do */
  gboolean (*session_lock) (SqlConnection *connection, gboolean take, gboolean *is_free,
                            GError **error);

  /* Called before and after (@inside: FALSE) the journal's tables are made, in the
   * transaction that makes them: where they shall be.  Or NULL: where all tables are */
  gboolean (*prepare_journal) (SqlConnection *connection, gboolean inside,
                               GError **error);

  /* Adds one sentence (char *) to @differences for each thing in which the live tables
   * differ from @shape: a column that is missing or of another type, nullability, keys,
   * constraints and indexes that are declared.  What @shape does not name is no
   * difference.
   * @exact: the database is at rest (PENDING, COMPLETE, ROLLED_BACK), so NOT NULL counts
   */
  gboolean (*compare) (SqlConnection *connection, const Database *shape, gboolean exact,
                       GPtrArray *differences, GError **error);

  /* The default that the column has, as SQL in @arena; NULL: none, or no such column. */
  gboolean (*live_default) (SqlConnection *connection, const char *table,
                            const char *column, const char **text, Arena *arena,
                            GError **error);

  /* The tables of @shape with their rows, at most @max_rows of each. (transfer full) */
  Database *(*read) (SqlConnection *connection, const Database *shape, gsize max_rows,
                     GError **error);

  gboolean (*count_rows) (SqlConnection *connection, const char *table, guint64 *n_rows,
                          GError **error);

  /* Inside of a transaction, or outside where the action says NO_TRANSACTION: runs a
   * STATEMENT or an OWN action, or checks a GATE (ZDM_ERROR_GATE names the first row).
   * One without a transaction looks first how far it has come.
   * @definitions: as they were recorded at the start; or NULL */
  gboolean (*perform) (SqlConnection *connection, const Action *action,
                       const char *definitions, GError **error);

  /* How replicas and other sessions are doing, in @arena; outside of a transaction.  Or
   * NULL: there is nothing to look at */
  gboolean (*look) (SqlConnection *connection, Arena *arena, SqlLoad *load,
                    GError **error);

  /* Outside of a transaction, of others: who has been in one for more than @age_ms and
   * reads rows as they were at its beginning.  By a definition that is younger it would
   * see in them what had not been filled yet.
   * @readers: gets "pid 4711 (…)", (transfer full); NULL: nobody is
   * @blind: gets what is not shown to this role, (transfer full); NULL: all is
   * Or NULL: what others read has its definitions with it */
  gboolean (*old_readers) (SqlConnection *connection, guint64 age_ms, char **readers,
                           char **blind, GError **error);

  /* Inside of a transaction: the next rows, @n_rows of them at most. */
  gboolean (*fill) (SqlConnection *connection, const Action *action, guint n_rows,
                    FillProgress *progress, GError **error);

  /* Whether a fill that was begun can go on there; nothing is written.  ZDM_ERROR_DRIFT
   * when the text is no position of that action, or what it is about is gone */
  gboolean (*check_position) (SqlConnection *connection, const Action *action,
                              const char *position, GError **error);

  /* About how many rows the fill goes over; 0: nobody knows.  Or NULL */
  guint64 (*estimate) (SqlConnection *connection, const Action *action);

  /* How the live tables of @shape are defined, as text: kept at the start of a run for
   * the way back.  (transfer full) */
  char *(*definitions) (SqlConnection *connection, const Database *shape, GError **error);

  /* Names of tables mean from now on what they meant at the start of the run that has
   * kept these @definitions.  Or NULL: they always mean the same */
  gboolean (*settle) (SqlConnection *connection, const char *definitions, GError **error);

  /* What tells the table of that name from all others, in @arena; the name itself when
   * there is no such table.  NULL where settle() is */
  gboolean (*place) (SqlConnection *connection, const char *name, const char **place,
                     Arena *arena, GError **error);

  /* Tries the actions, on an empty copy of the database or by what is known of it, so
   * that what cannot work is known before anything is touched.  ZDM_ERROR_DRIFT; or NULL:
   * the engine cannot.
   * @at: gets the one that cannot; NULL: it is not one alone */
  gboolean (*try_out) (SqlConnection *connection, const Database *start,
                       const GPtrArray *actions, const Action **at, GError **error);

  /* Whether that very server takes the action number @i of the plan: what depends on how
   * it is set up, and on what is bound to the live tables; nothing is written.
   * ZDM_ERROR_UNSAFE with the way out.  Or NULL: it takes all that its dialect plans */
  gboolean (*admit) (SqlConnection *connection, const GPtrArray *actions, guint i,
                     GError **error);

  /* What people have to know of the action before it runs, as it is not looked after:
   * sentences (char *), (transfer full).  Or NULL: there is nothing of that kind */
  gboolean (*remark) (SqlConnection *connection, const Action *action, GPtrArray *remarks,
                      GError **error);

  /* The same of an action of the way back, before that is begun: what others have bound
   * to what it takes away, and goes with it.
   * @end: the tables once all steps are done.  Or NULL */
  gboolean (*remark_back) (SqlConnection *connection, const Action *action,
                           const Database *end, GPtrArray *remarks, GError **error);

  /* Asks the server itself what actions cost, on empty copies of the tables that nobody
   * else sees, and notes its answers in them (Action *), made in @arena.  Nothing stays,
   * and the tables themselves are locked as by a reader of the catalogues.  One that
   * cannot be asked alone gets none. FALSE: none could be asked.  Or NULL */
  gboolean (*classify) (SqlConnection *connection, const Database *start,
                        const GPtrArray *actions, Arena *arena, GError **error);

  /* A scratch copy of the database at @url, whose name begins with @path; it may be done
   * anything to.  (transfer full): its URL */
  char *(*copy) (const char *url, const char *path, GError **error);
  void (*forget_copy) (const char *url);

  /* One text for the schema and all rows, zdm's own tables aside.  (transfer full) */
  char *(*digest) (SqlConnection *connection, GError **error);

  /* Inside of a transaction: drops what steps of the migration have kept for the way
   * back. */
  gboolean (*forget) (SqlConnection *connection, const char *id, GError **error);

  /* Inside of a transaction: makes the table with its rows and indexes. */
  gboolean (*seed) (SqlConnection *connection, const Table *table, GError **error);
};

/* All engines of this build, NULL-ended. */
const SqlEngine *const *sql_engine_list (void);
const SqlEngine *sql_engine_find (const char *name); /* or NULL */
