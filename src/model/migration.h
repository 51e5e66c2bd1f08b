/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration: everything one file says, and Client: an application version it promises
 * to keep working.
 */
#pragma once

#include "model/operation.h"

typedef struct
{
  const char *name;
  gboolean has_type;
  TypeSpec type; /* what the application takes it for, when it says so */
  Location location;
} ClientColumn; /* lists end with a NULL name */

/* It must work at every step boundary once `after` is finished and until `before`
 * begins. */
typedef struct
{
  const char *name;
  gboolean has_after, has_before;
  MigrationPhase after, before;
  const char *table;
  const ClientColumn *reads;   /* by name */
  gboolean reads_all;          /* it says `SELECT *` too */
  const ClientColumn *inserts; /* empty list: it does not insert */
  const ClientColumn *updates;
  Location location;
} Client;

typedef struct
{
  Arena *arena;     /* owned: everything below */
  const char *path; /* as the user named it */
  const char *id;
  const char *title;       /* or NULL */
  const char *description; /* or NULL */
  Database *tables;        /* owned: the shape and rows before the change */
  gboolean rows_checked;   /* the rows are known to keep the constraints */
  GPtrArray *changes;      /* const Operation *; empty when @steps is used */
  GPtrArray *steps;        /* const Operation * */
  gboolean has_steps;      /* the file says `steps:`, maybe an empty list */
  GPtrArray *clients;      /* const Client * */
  const Allow *allow;      /* of the whole file; or NULL */
  Location location;
  Location clients_location;
} Migration;

Migration *migration_new (const char *path);
void migration_free (Migration *migration);

/* The client's name, with its table where another client has the same name; owned by
 * the caller. */
char *migration_client_label (const Migration *migration, const Client *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Migration, migration_free)
