/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens the database, asks, and compares.
 */
#include "config.h"

#include "commands/server_answers.h"

static void
warn (const Action *action, const char *engine, DiagnosticList *diagnostics)
{
  const ServerAnswer *answer = action->answer;

  if (answer == NULL || answer->cost <= action->cost)
    return;
  diagnostic_list_add (diagnostics, SEVERITY_WARNING, engine, action->step->location,
                       "try it on a copy with as many rows, or do it in another way",
                       "step %u (%s): the server %s for a statement of which the plan "
                       "says: %s; meanwhile %s",
                       action->step->index, action->step->description,
                       action_cost_to_string (answer->cost),
                       action_cost_to_string (action->cost),
                       lock_class_to_string (action->lock));
}

/* What that server would not take. */
static void
refuse (SqlConnection *connection, const Action *action, DiagnosticList *diagnostics)
{
  const SqlEngine *engine = connection->engine;
  g_autoptr (GError) problem = NULL;

  if (engine->admit == NULL || engine->admit (connection, action, &problem))
    return;
  diagnostic_list_add (diagnostics, SEVERITY_ERROR, engine->name, action->step->location,
                       "do it in another way, or on another server", "step %u (%s): %s",
                       action->step->index, action->step->description, problem->message);
}

const char *
server_answers_ask (const char *url, const ActionPlan *actions,
                    DiagnosticList *diagnostics, Arena *arena, GError **error)
{
  const SqlEngine *engine = actions->engine;
  SqlConnection *connection = engine->open (url, SQL_READ_ONLY, error);
  g_autoptr (GError) problem = NULL;

  if (connection == NULL)
    return NULL;
  gboolean asked = engine->classify (connection, actions->start, actions->actions,
                                     actions->arena, &problem);
  for (guint i = 0; i < actions->actions->len; i++)
    refuse (connection, actions->actions->pdata[i], diagnostics);
  engine->close (connection);
  for (guint i = 0; i < actions->actions->len; i++)
    warn (actions->actions->pdata[i], engine->name, diagnostics);
  return asked ? NULL
               : arena_printf (arena, "the server was not asked what statements cost: %s",
                               problem->message);
}
