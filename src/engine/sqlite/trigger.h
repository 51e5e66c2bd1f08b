/* SPDX-License-Identifier: Apache-2.0
 *
 * The triggers that keep tables in step on SQLite: a function of the tables' shape, so
 * that a step installs the difference between the shapes at both sides of it.
 *
 * SQLite's triggers cannot assign to NEW, so an AFTER trigger updates the row that was
 * just written.  That update fires triggers again; they find the row in step and leave it
 * alone.  No state outside of the row decides anything, whatever recursive_triggers says.
 */
#pragma once

#include "model/database.h"

typedef struct
{
  const char *name;
  const char *table;   /* that it is on */
  const char *text;    /* see sync_trigger_sql() */
  const char *guarded; /* the column whose NOT NULL it stands in for; or NULL */
} SyncTrigger;

/**
 * sync_triggers:
 * @triggers: gets SyncTrigger *, in @arena
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED when a transform cannot be said in SQL
 */
gboolean sync_triggers (const Database *shape, GPtrArray *triggers, Arena *arena,
                        GError **error);

/* The CREATE TRIGGER statement.
 * @locator: the condition that finds the row NEW in its table; NULL: by rowid */
const char *sync_trigger_sql (const SyncTrigger *trigger, const char *locator,
                              Arena *arena);

/* @sql, a statement for @trigger, which guards a column, with another word for ABORT */
const char *sync_trigger_refusing (const SyncTrigger *trigger, const char *policy,
                                   const char *sql, Arena *arena);

/* Whether a writer may leave out a column that is NOT NULL in the shape, since a sync
 * gives its value: the database must not refuse it then. */
gboolean sqlite_is_relaxed (const Table *table, const Column *column);

/* What a trigger of ours is called.  @of: the column, or the other table, that it is
 * about;
 * @what: tells those apart.  (transfer full) */
char *sync_trigger_name (const char *table, const char *of, const char *what);

/* What the trigger is called that stands in for NOT NULL of a column when a row comes.
 * (transfer full) */
char *sync_guard_name (const char *table, const char *column);

/* FALSE with ZDM_ERROR_UNSUPPORTED for a table that triggers cannot write. */
gboolean sqlite_refuse_row_name (const char *table, GError **error);

/* Internal: what the files of triggers share. ------------------------------------ */

/* Stands for the condition that finds the row NEW. */
#define SQLITE_THIS_ROW "\001"

typedef struct
{
  const Database *shape;
  GPtrArray *triggers;
  Arena *arena;
} TriggerContext;

/* Adds a trigger, and returns it.  @what tells those of one table apart; @head: "AFTER
 * INSERT" */
SyncTrigger *trigger_add (TriggerContext *context, const char *table, const char *of,
                          const char *what, const char *head, const char *when,
                          const char *body);

gboolean trigger_split (TriggerContext *context, const TableSync *sync, GError **error);
gboolean trigger_lookup (TriggerContext *context, const LookupSync *sync, GError **error);

/* "NEW.\"a\"", quoted, for each of the names. */
const char *const *trigger_references (TriggerContext *context, const char *prefix,
                                       const char *const *names);

/* "a AND b", each of the pairs joined by @operator, COLLATE BINARY; "x IS y AND …" */
const char *trigger_pairs (TriggerContext *context, const char *const *left,
                           const char *operator, const char * const * right,
                           const char *separator);

/* "a IS NULL AND b IS NULL" */
const char *trigger_all_null (TriggerContext *context, const char *const *references);
