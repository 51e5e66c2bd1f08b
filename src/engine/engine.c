/* SPDX-License-Identifier: Apache-2.0
 *
 * The engines of this build, and the only callers of their functions.
 */
#include "config.h"

#include "engine/engine.h"

#include "engine/memory/memory.h"

static const Engine *const ENGINES[] = {
  &engine_memory,
  NULL,
};

const Engine *const *
engine_list (void)
{
  return ENGINES;
}

const Engine *
engine_find (const char *name)
{
  for (guint i = 0; ENGINES[i] != NULL; i++)
    if (g_str_equal (ENGINES[i]->name, name))
      return ENGINES[i];
  return NULL;
}

EngineSession *
engine_open (const Engine *engine, const Migration *migration, GError **error)
{
  return engine->open (migration, error);
}

void
engine_close (EngineSession *session)
{
  if (session != NULL)
    session->engine->close (session);
}

void
engine_check (EngineSession *session, const MigrationPlan *plan,
              DiagnosticList *diagnostics)
{
  session->engine->check (session, plan, diagnostics);
}

gboolean
engine_apply (EngineSession *session, const MigrationStep *step, GError **error)
{
  return session->engine->apply (session, step, error);
}

gboolean
engine_undo (EngineSession *session, const MigrationStep *step, GError **error)
{
  return session->engine->undo (session, step, error);
}

Database *
engine_snapshot (EngineSession *session, GError **error)
{
  return session->engine->snapshot (session, error);
}
