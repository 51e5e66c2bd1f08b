/* SPDX-License-Identifier: Apache-2.0
 *
 * The triggers that keep tables in step on PostgreSQL: a function of the tables' shape,
 * so that a step installs the difference between the shapes at both sides of it.
 *
 * One BEFORE trigger a table assigns to NEW what memory's row_sync.c would; one AFTER
 * trigger writes to other tables.  What decides is which column changed, never who
 * writes: applications may share sessions.
 */
#pragma once

#include "model/database.h"

/* Is 'on' in a transaction that copies rows into the half of a split. */
#define POSTGRES_COPIES "zdm.copies"

typedef struct
{
  const char *name;    /* of the trigger: sorts behind those of the user */
  const char *tag;     /* of the migration, see migration_tag() */
  const char *table;   /* that it is on */
  const char *what;    /* of its function's name: "sync" */
  const char *events;  /* "BEFORE INSERT OR UPDATE" */
  const char *when;    /* a condition over NEW; NULL: always */
  const char *declare; /* variables, or "" */
  const char *body;
  gboolean of_statement; /* once a statement, and not for each row */
  gboolean as_owner; /* runs with our rights: it writes where the application may not */
} PgTrigger;

/**
 * pg_triggers:
 * @id: of the migration
 * @triggers: gets PgTrigger *, in @arena
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED when a transform cannot be said in SQL
 */
gboolean pg_triggers (const char *id, const Database *shape, GPtrArray *triggers,
                      Arena *arena, GError **error);

gboolean pg_trigger_equal (const PgTrigger *a, const PgTrigger *b);

/* The function's name in schema zdm, quoted.  @place: the table's, with its schema where
 * that is known: tables of one name have functions of their own */
const char *pg_trigger_function (const PgTrigger *trigger, const char *place,
                                 Arena *arena);

/* CREATE OR REPLACE FUNCTION, whose names are looked up in @search_path. */
const char *pg_trigger_function_sql (const PgTrigger *trigger, const char *place,
                                     const char *search_path, Arena *arena);
const char *pg_trigger_create_sql (const PgTrigger *trigger, const char *place,
                                   Arena *arena);

/* Internal: what an AFTER trigger of a table does, statement by statement. */

typedef struct
{
  const Database *shape;
  const Table *table;
  GString *body;
  Arena *arena;
} PgTriggerWriter;

gboolean pg_trigger_splits (PgTriggerWriter *writer, GError **error);
gboolean pg_trigger_lookups (PgTriggerWriter *writer, GError **error);

/* The same for a TRUNCATE of the table, which fires nothing for its rows. */
void pg_trigger_truncated_halves (PgTriggerWriter *writer);
gboolean pg_trigger_truncated_sources (PgTriggerWriter *writer, GError **error);
