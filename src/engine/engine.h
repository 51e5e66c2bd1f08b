/* SPDX-License-Identifier: Apache-2.0
 *
 * Engine: where a plan runs.  One constant struct of functions for each, listed in
 * engine.c; only the wrappers declared here call them.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"

typedef struct EngineSession EngineSession;

/* What an engine implements.  A session begins with `const Engine *engine`. */
typedef struct
{
  const char *name; /* "memory" */

  /* What is done stays when the program ends: a cause outside of the file and the data
   * stops a run, to be gone on with, and rolls nothing back. */
  gboolean lasts;

  /* Opens on the declared tables and rows of @migration. */
  EngineSession *(*open) (const Migration *migration, GError **error);
  void (*close) (EngineSession *session);

  /* Adds a diagnostic for each step that this engine cannot run. */
  void (*check) (EngineSession *session, const MigrationPlan *plan,
                 DiagnosticList *diagnostics);

  /* Runs one step; on failure the database is as it was before the step. */
  gboolean (*apply) (EngineSession *session, const MigrationStep *step, GError **error);

  /* Undoes the last step applied and not undone; rows that applications wrote stay. */
  gboolean (*undo) (EngineSession *session, const MigrationStep *step, GError **error);

  /* The tables as they are now: references, (transfer full), to be freed before the
   * session is closed. */
  Database *(*snapshot) (EngineSession *session, GError **error);
} Engine;

struct EngineSession
{
  const Engine *engine;
};

/* All engines of this build, NULL-ended. */
const Engine *const *engine_list (void);
const Engine *engine_find (const char *name); /* or NULL */

EngineSession *engine_open (const Engine *engine, const Migration *migration,
                            GError **error);
void engine_close (EngineSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineSession, engine_close)

void engine_check (EngineSession *session, const MigrationPlan *plan,
                   DiagnosticList *diagnostics);
gboolean engine_apply (EngineSession *session, const MigrationStep *step, GError **error);
gboolean engine_undo (EngineSession *session, const MigrationStep *step, GError **error);
Database *engine_snapshot (EngineSession *session, GError **error);
