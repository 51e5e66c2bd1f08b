/* SPDX-License-Identifier: Apache-2.0
 *
 * The triggers that keep tables in step on MariaDB: a function of the tables' shape, so
 * that a step installs the difference between the shapes at both sides of it.
 *
 * Those before an event assign to NEW what memory's row_sync.c and lookup_sync.c would;
 * those after it write to other tables.  What decides is which column changed, never who
 * writes: applications may share sessions.
 *
 * A statement may not write a table that it, or what fired it, is using (error 1442),
 * which is looked at when the statement is reached.  So what goes to another table is
 * only reached where a row there differs: the way back of a change ends there.  What is
 * read of another table is read with a lock, as it is and not as the application's
 * transaction has first seen it.
 */
#pragma once

#include "engine/mariadb/ask.h"
#include "engine/mariadb/words.h"
#include "model/database.h"

typedef struct
{
  const char *name;
  const char *table;
  const char *sql; /* CREATE OR REPLACE TRIGGER …, see named.h */
  const MariaAsk *const *asks;
} MariaTrigger;

/**
 * maria_triggers:
 * @id: of the migration, whose triggers stand beside those of others on the same table
 * @table: of @shape
 * @triggers: gets MariaTrigger *, in @arena
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED when a sync cannot be said in SQL
 */
gboolean maria_triggers (const char *id, const Database *shape, const Table *table,
                         GPtrArray *triggers, Arena *arena, GError **error);

/* Internal: what the triggers of a table do, statement by statement. -------------- */

typedef enum
{
  MARIA_BEFORE_INSERT,
  MARIA_BEFORE_UPDATE,
  MARIA_BEFORE_DELETE,
  MARIA_AFTER_INSERT,
  MARIA_AFTER_UPDATE,
  MARIA_AFTER_DELETE,
  N_MARIA_EVENTS,
} MariaEvent;

typedef struct
{
  const char *id;
  const Database *shape;
  const Table *table;
  GString *declare[N_MARIA_EVENTS], *body[N_MARIA_EVENTS];
  Arena *arena;
} MariaTriggerWriter;

/* One line of the event's body. */
void maria_trigger_line (MariaTriggerWriter *writer, MariaEvent event, const char *format,
                         ...) G_GNUC_PRINTF (3, 4);

/* Of a lock, a deadlock, a snapshot that is too old, KILL or a statement that takes too
 * long the application has to hear, whatever it happens in. */
#define MARIA_PASS_ON \
  "DECLARE EXIT HANDLER FOR 1020, 1205, 1206, 1213, 1317, 1412, 1969 RESIGNAL;"

/* From here to its END, which the caller writes, SQL of the user's that fails does
 * @instead. */
void maria_trigger_guard (MariaTriggerWriter *writer, MariaEvent event,
                          const char *instead);

/* The columns of a row: NEW.`a` */
const char *const *maria_trigger_row (MariaTriggerWriter *writer, const char *row,
                                      const char *const *names);

/* "a = x AND b = y" */
const char *maria_trigger_pairs (MariaTriggerWriter *writer, const char *const *a,
                                 const char *operator, const char * const * b,
                                 const char *separator);

/* Of zdm-run's own session: 1 while it fills the old half of a split table from the new
 * one, which then has to be left alone. */
#define MARIA_FILLS_HALF "@zdm_fills_half"

/* The same: 1 while it fills old columns from the new ones, of which these are not to be
 * made anew. */
#define MARIA_REFILLS "@zdm_refills"

/* The same: 1 while it writes what two columns have missed of each other. */
#define MARIA_CATCHES_UP "@zdm_catches_up"

gboolean maria_trigger_lookups (MariaTriggerWriter *writer, GError **error);
void maria_trigger_splits (MariaTriggerWriter *writer);
