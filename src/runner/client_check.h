/* SPDX-License-Identifier: Apache-2.0
 *
 * ClientCheck: whether one application version works at one step boundary.
 */
#pragma once

#include "engine/engine.h"
#include "model/client.h"

typedef struct
{
  const Migration *migration;
  const MigrationPlan *plan;  /* in which no step is marked to fail */
  const GPtrArray *relations; /* Relation * */
  const Database *start;      /* the declared tables */
  const Database *final;      /* the shape at the end */
  EngineSession *session;     /* memory, with @boundary steps applied */
  guint boundary;
  GPtrArray *notes; /* const char *: gets what could not be tried */
  Arena *arena;     /* of the reasons and notes */
} CheckPoint;

/**
 * client_check:
 *
 * Reads and writes as the client would, on forks of the session: each of its columns is
 * there and filled; what it writes is accepted, is seen rightly by every client that is
 * active, survives an abort from here, and is right at the end of the migration.
 *
 * Returns: (nullable): NULL when all is well, else why not, in one sentence
 */
const char *client_check (const CheckPoint *point, const Client *client);
