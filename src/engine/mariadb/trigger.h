/* SPDX-License-Identifier: Apache-2.0
 *
 * The triggers that keep tables in step on MariaDB: a function of the tables' shape, so
 * that a step installs the difference between the shapes at both sides of it.
 *
 * One before each event assigns to NEW what memory's row_sync.c would.  What decides is
 * which column changed, never who writes: applications may share sessions.
 */
#pragma once

#include "engine/mariadb/words.h"
#include "model/database.h"

typedef struct
{
  const char *name;
  const char *table;
  const char *sql; /* CREATE OR REPLACE TRIGGER … */
} MariaTrigger;

/**
 * maria_triggers:
 * @triggers: gets MariaTrigger *, in @arena
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED when a sync cannot be said in SQL
 */
gboolean maria_triggers (const Table *table, GPtrArray *triggers, Arena *arena,
                         GError **error);
