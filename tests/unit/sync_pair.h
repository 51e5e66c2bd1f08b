/* SPDX-License-Identifier: Apache-2.0
 *
 * SyncPair: one migration at one step, in memory and in SQLite, and the same writes to
 * both: whatever a writer does, both must hold the same rows afterwards.
 *
 * The SQLite side is written through a connection that has nothing of zdm's, as an
 * application's has not.
 */
#pragma once

#include <sqlite3.h>

#include "fixture.h"

typedef struct
{
  Fixture *fixture;
  sqlite3 *db;
  gboolean lossy; /* SQLite may leave a row that is in step by `backward` as it is */
  guint n_left;   /* how often it did */
  guint n_taken, n_refused;
  GString *log; /* the statements so far */
} SyncPair;

typedef enum
{
  WRITE_INSERT,
  WRITE_OR_IGNORE,
  WRITE_OR_REPLACE,
  WRITE_UPSERT,
  WRITE_MANY,   /* several rows in one statement */
  WRITE_SELECT, /* INSERT … SELECT of rows that are there */
  WRITE_UPDATE,
  WRITE_UPDATE_OR_IGNORE,
  WRITE_UPDATE_OR_REPLACE,
  WRITE_UPDATE_ALL,
  WRITE_DELETE,
  N_WRITE_KINDS,
} WriteKind;

#define WRITE_MAX_COLUMNS 8

/* A statement.  The key is column 0 of the table, "id". */
typedef struct
{
  WriteKind kind;
  const Table *table;
  Value key;
  guint n_columns;
  guint columns[WRITE_MAX_COLUMNS]; /* their numbers; an insert's without the key */
  Value values[WRITE_MAX_COLUMNS];
} Write;

/**
 * sync_pair_new:
 * @yaml: all of the file but the `id`
 * @phase: how far both are brought
 * @create: SQL for the tables of SQLite; NULL: as the file declares them
 */
SyncPair *sync_pair_new (const char *yaml, MigrationPhase phase, const char *create);
void sync_pair_free (SyncPair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyncPair, sync_pair_free)

/* SQL of the test's own on the SQLite side; fails the test when it does not run. */
void sync_pair_exec (SyncPair *pair, const char *sql);

/* Does the write on both sides, and fails the test unless both take or refuse it and hold
 * the same rows then. */
void sync_pair_write (SyncPair *pair, const Write *write);

/* A random statement on a random table. */
Write sync_pair_random (SyncPair *pair, GRand *rand, Arena *arena);
