/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens the database, asks, and compares.
 */
#include "config.h"

#include "commands/server_answers.h"

#include <string.h>

#include "runner/journal.h"
#include "runner/start_check.h"
#include "safety/sql_analysis.h"

/* The user's own SQL -------------------------------------------------------------- */

/* What changes one table that is there, and nothing else. */
#define DEFINITIONS                                                           \
  (EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN)           \
   | EFFECT_BIT (EFFECT_RENAME_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE)       \
   | EFFECT_BIT (EFFECT_SET_NOT_NULL) | EFFECT_BIT (EFFECT_DROP_NOT_NULL)     \
   | EFFECT_BIT (EFFECT_SET_DEFAULT) | EFFECT_BIT (EFFECT_DROP_DEFAULT)       \
   | EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_DROP_CONSTRAINT) \
   | EFFECT_BIT (EFFECT_VALIDATE_CONSTRAINT) | EFFECT_BIT (EFFECT_CREATE_INDEX))

/* A name with a schema would not mean the copy. */
static gboolean
is_definition (const Effect *effect)
{
  return (EFFECT_BIT (effect->kind) & DEFINITIONS) != 0 && effect->table != NULL
         && effect->schema == NULL && strchr (effect->table, '.') == NULL
         && effect->references_table == NULL && !effect->concurrent;
}

/* The statements of the step for that engine. */
static void
analyse (const MigrationStep *step, const char *engine, Arena *arena, GPtrArray *effects)
{
  const EngineText *texts = step->operation->sql.forward;
  const char *text = engine_text_for (texts, engine);
  Target target;

  target_init (&target);
  for (; texts != NULL && texts->text != NULL; texts++)
    if (texts->text == text)
      {
        const SqlSource source = { .text = text,
                                   .location = texts->location,
                                   .layout = texts->layout,
                                   .engines = target_engine_from_name (engine),
                                   .step = step };
        sql_analyse (&source, &target, arena, effects);
      }
}

static void
look_into (Action *action, const char *engine, Arena *arena)
{
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();

  if (action->step->operation->kind != OPERATION_SQL)
    return;
  analyse (action->step, engine, arena, effects);
  const char **tables = arena_new_array (arena, const char *, effects->len + 1);
  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *effect = effects->pdata[i];
      if (!is_definition (effect))
        return;
      tables[i] = effect->table;
    }
  tables[effects->len] = NULL;
  action->defines = tables;
}

/* Answers ----------------------------------------------------------------------- */

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
refuse (SqlConnection *connection, const GPtrArray *actions, guint i,
        DiagnosticList *diagnostics)
{
  const Action *action = actions->pdata[i];
  const SqlEngine *engine = connection->engine;
  g_autoptr (GError) problem = NULL;

  if (engine->admit == NULL || engine->admit (connection, actions, i, &problem))
    return;
  diagnostic_list_add (diagnostics, SEVERITY_ERROR, engine->name, action->step->location,
                       "do it in another way, or on another server", "step %u (%s): %s",
                       action->step->index, action->step->description, problem->message);
}

/* A database on which it has been started is not at its start. */
static gboolean
is_at_start (SqlConnection *connection, const char *id, gboolean *at_start,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Journal) journal = journal_open (connection, 0);
  const JournalRun *run;

  if (!journal_find (journal, id, arena, &run, error))
    return FALSE;
  *at_start = run == NULL || run->state == RUN_ROLLED_BACK;
  return TRUE;
}

/* None of the tables is there: `--seed-data` would make them. */
static gboolean
is_to_be_seeded (SqlConnection *connection, const Database *start, gboolean *yes,
                 GError **error)
{
  gboolean found = FALSE;

  for (guint i = 0; i < start->tables->len && !found; i++)
    {
      const Table *table = start->tables->pdata[i];
      if (!connection->engine->has_table (connection, table->name, &found, error))
        return FALSE;
    }
  *yes = !found;
  return TRUE;
}

/* FALSE: that could not be found out */
static gboolean
is_as_declared (SqlConnection *connection, const ActionPlan *actions,
                DiagnosticList *diagnostics, gboolean *as_declared, GError **error)
{
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  const SqlEngine *engine = connection->engine;

  if (!start_check (connection, actions, differences, error))
    return FALSE;
  for (guint i = 0; i < differences->len; i++)
    diagnostic_list_add (diagnostics, SEVERITY_ERROR, engine->name, (Location){ 0 },
                         "declare what is there, or make it what the file declares",
                         "the database is not what the file declares: %s",
                         (const char *) differences->pdata[i]);
  *as_declared = differences->len == 0;
  return TRUE;
}

/* What a run would say before it touches anything.  FALSE: that could not be found out */
static gboolean
try_out (SqlConnection *connection, const ActionPlan *actions,
         DiagnosticList *diagnostics, GError **error)
{
  const SqlEngine *engine = connection->engine;
  g_autoptr (GError) problem = NULL;
  const Action *at = NULL;

  if (engine->try_out == NULL
      || engine->try_out (connection, actions->start, actions->actions, &at, &problem))
    return TRUE;
  if (!g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DRIFT))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (at != NULL)
    diagnostic_list_add (diagnostics, SEVERITY_ERROR, engine->name, at->step->location,
                         NULL, "step %u (%s): %s", at->step->index, at->step->description,
                         problem->message);
  else
    diagnostic_list_add (diagnostics, SEVERITY_ERROR, engine->name, (Location){ 0 }, NULL,
                         "%s", problem->message);
  return TRUE;
}

/* At its start the migration has to find what the file declares. */
static gboolean
look_at_start (SqlConnection *connection, const ActionPlan *actions,
               DiagnosticList *diagnostics, GError **error)
{
  gboolean to_be_seeded, as_declared;

  if (!is_to_be_seeded (connection, actions->start, &to_be_seeded, error))
    return FALSE;
  if (to_be_seeded)
    return TRUE;
  return is_as_declared (connection, actions, diagnostics, &as_declared, error)
         && (!as_declared || try_out (connection, actions, diagnostics, error));
}

/* Why it could not be found out, in @arena; NULL: it was, or there is nothing to. */
static const char *
look_for_obstacles (SqlConnection *connection, const ActionPlan *actions,
                    DiagnosticList *diagnostics, Arena *arena)
{
  g_autoptr (GError) problem = NULL;
  gboolean at_start;

  if (is_at_start (connection, actions->plan->id, &at_start, &problem)
      && (!at_start || look_at_start (connection, actions, diagnostics, &problem)))
    return NULL;
  return arena_printf (arena, "what may stand in the way was not looked for: %s",
                       problem->message);
}

static const char *
join (const char *a, const char *b, Arena *arena)
{
  if (a == NULL || b == NULL)
    return a != NULL ? a : b;
  return arena_printf (arena, "%s; %s", a, b);
}

/* What people have to see to. */
static void
remark (SqlConnection *connection, const Action *action, DiagnosticList *diagnostics)
{
  const SqlEngine *engine = connection->engine;
  g_autoptr (GPtrArray) remarks = g_ptr_array_new_with_free_func (g_free);

  if (engine->remark == NULL || !engine->remark (connection, action, remarks, NULL))
    return;
  for (guint i = 0; i < remarks->len; i++)
    diagnostic_list_add (diagnostics, SEVERITY_WARNING, engine->name,
                         action->step->location, "nobody looks after that but you",
                         "step %u (%s): %s", action->step->index,
                         action->step->description, (const char *) remarks->pdata[i]);
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
  for (guint i = 0; i < actions->actions->len; i++)
    look_into (actions->actions->pdata[i], engine->name, actions->arena);
  const char *not_asked = NULL;
  if (engine->classify != NULL
      && !engine->classify (connection, actions->start, actions->actions, actions->arena,
                            &problem))
    not_asked = arena_printf (arena, "the server was not asked what statements cost: %s",
                              problem->message);
  for (guint i = 0; i < actions->actions->len; i++)
    {
      refuse (connection, actions->actions, i, diagnostics);
      remark (connection, actions->actions->pdata[i], diagnostics);
    }
  const char *not_tried = look_for_obstacles (connection, actions, diagnostics, arena);
  engine->close (connection);
  for (guint i = 0; i < actions->actions->len; i++)
    warn (actions->actions->pdata[i], engine->name, diagnostics);
  return join (not_asked, not_tried, arena);
}
