/* SPDX-License-Identifier: Apache-2.0
 *
 * The server is told to prepare the expression over a row of nulls.
 */
#include "config.h"

#include "engine/mariadb/ask.h"

#include "engine/mariadb/detail.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/named.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "model/error.h"
#include "model/transform_stage.h"

/* What is asked ------------------------------------------------------------------ */

/* Of a template those that it names, of all that it might. */
static void
add_inputs (GPtrArray *names, const BoundStage *stage)
{
  if (stage->stage->kind != TRANSFORM_TEMPLATE)
    for (guint i = 0; i < stage->n_inputs; i++)
      g_ptr_array_add (names, (gpointer) stage->inputs[i]->name);
  for (guint i = 0; i < stage->n_pieces; i++)
    if (stage->pieces[i].text == NULL)
      g_ptr_array_add (names, (gpointer) stage->inputs[stage->pieces[i].input]->name);
}

static gboolean
is_input (const BoundStage *stage, const char *name)
{
  for (guint i = 0; i < stage->n_inputs; i++)
    if (g_ascii_strcasecmp (stage->inputs[i]->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* @foreign: the inputs are those of another row */
static const char *const *
names_read (const BoundTransform *transform, const char *text, gboolean foreign,
            Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const BoundStage *stage = &transform->stages[0];

  if (!transform->is_constant && !foreign)
    add_inputs (names, stage);
  if (text != NULL)
    for (const char *const *name = maria_named (text, arena); *name != NULL; name++)
      if (!is_input (stage, *name))
        g_ptr_array_add (names, (gpointer) *name);
  return arena_ptr_array (arena, names);
}

static MariaAsk *
add_ask (GPtrArray *asks, const Table *table, const BoundTransform *transform,
         const char *const *makes, const char *what, Arena *arena)
{
  static const char *const none[] = { NULL };
  const EngineText *texts = transform->stages[0].stage->expression;
  MariaAsk *ask = arena_new0 (arena, MariaAsk);

  ask->what = what;
  if (bound_transform_needs_database (transform))
    {
      ask->text = engine_text_for (texts, "mariadb");
      ask->sql = mariadb_question (transform, table, none, arena);
      ask->without = mariadb_question (transform, table, makes, arena);
    }
  ask->reads = names_read (transform, ask->text, FALSE, arena);
  g_ptr_array_add (asks, ask);
  return ask;
}

/* As the file calls it, whatever it is called meanwhile. */
static const char *
name_of (const Sync *sync, const char *column)
{
  return sync->purpose == SYNC_FOR_SHADOW ? sync->forward[0]->stages[0].inputs[0]->name
                                          : column;
}

static void
add_sync (GPtrArray *asks, const Table *table, const Sync *sync, Arena *arena)
{
  const char *kind = sync->purpose == SYNC_FOR_DROP ? "backward" : "the transform";

  for (guint i = 0; sync->new_columns[i] != NULL; i++)
    add_ask (asks, table, sync->forward[i], sync->new_columns,
             arena_printf (arena, "%s of column '%s' of '%s'", kind,
                           name_of (sync, sync->new_columns[i]), table->name),
             arena);
  for (guint i = 0; sync->backward != NULL && sync->old_columns[i] != NULL; i++)
    add_ask (asks, table, sync->backward[i], sync->old_columns,
             arena_printf (arena, "backward of column '%s' of '%s'",
                           name_of (sync, sync->old_columns[i]), table->name),
             arena);
}

static void
add_lookup (GPtrArray *asks, const Table *table, const LookupSync *sync, Arena *arena)
{
  const char *makes[] = { sync->column, NULL };
  MariaAsk *ask = add_ask (asks, table, sync->transform, makes,
                           arena_printf (arena, "the transform of column '%s' of '%s'",
                                         sync->column, table->name),
                           arena);

  ask->reads = names_read (sync->transform, ask->text, TRUE, arena);
}

const MariaAsk *const *
maria_asks (const Database *shape, const Table *table, Arena *arena)
{
  g_autoptr (GPtrArray) asks = g_ptr_array_new ();

  for (guint i = 0; i < table->syncs->len; i++)
    add_sync (asks, table, table->syncs->pdata[i], arena);
  for (guint i = 0; i < shape->lookup_syncs->len; i++)
    {
      const LookupSync *sync = shape->lookup_syncs->pdata[i];
      if (database_find (shape, sync->table) == table)
        add_lookup (asks, table, sync, arena);
    }
  return arena_ptr_array (arena, asks);
}

/* The answers -------------------------------------------------------------------- */

/* What is wrong with the types of the nulls alone is nothing. */
static gboolean
prepare (SqlConnection *connection, const char *table, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  GError *problem = NULL;
  const char *settled;

  if (!maria_named_settle (connection, table, sql, NULL, &settled, arena, error))
    return FALSE;
  if (mariadb_exec (connection,
                    arena_printf (arena, "PREPARE zdm_ask FROM %s",
                                  mariadb_string (arena, settled)),
                    NULL, &problem))
    return mariadb_exec (connection, "DEALLOCATE PREPARE zdm_ask", NULL, error);
  if (!g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONVERSION))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  g_error_free (problem);
  return TRUE;
}

static gboolean
check_text (SqlConnection *connection, const char *table, const MariaAsk *ask,
            GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!prepare (connection, table, ask->sql, &problem))
    {
      if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST))
        g_propagate_error (error, g_steal_pointer (&problem));
      else
        g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
                     "%s, %s, fails for every row: %s", ask->what, ask->text,
                     problem->message);
      return FALSE;
    }
  if (prepare (connection, table, ask->without, &problem)
      || !g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_MISSING))
    return TRUE;
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
      "%s, %s, reads what it is to make: %s; work it out from the columns on the "
      "other side",
      ask->what, ask->text, problem->message);
  return FALSE;
}

/* Who leaves such a column out would have it worked out from 0. */
static gboolean
check_numbers (SqlConnection *connection, const char *table, const MariaAsk *ask,
               GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *live;

  if (!maria_read_table (connection, table, arena, &live, error))
    return FALSE;
  for (guint i = 0; live != NULL && ask->reads[i] != NULL; i++)
    {
      const MariaColumn *column = maria_find_column (live, ask->reads[i]);
      if (column == NULL || !column->auto_increment)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
                   "%s reads '%s', which is AUTO_INCREMENT: a trigger does not know its "
                   "number yet when a row is inserted; work it out from other columns",
                   ask->what, column->name);
      return FALSE;
    }
  return TRUE;
}

/* Which is asked --------------------------------------------------------------------- */

static const MariaTrigger *const *
triggers_of (const Action *action, Arena *arena)
{
  const MariaDetail *detail = action->detail;
  const MariaTrigger **one = arena_new_array (arena, const MariaTrigger *, 2);

  if (detail->kind == MARIA_CHANGE)
    return detail->change->triggers;
  if (detail->kind == MARIA_TRIGGER)
    one[0] = detail->trigger;
  return one;
}

/* Whether an earlier action has been asked about the same. */
static gboolean
is_asked (const GPtrArray *actions, guint i, const MariaAsk *ask, Arena *arena)
{
  for (guint j = 0; j < i; j++)
    {
      const MariaTrigger *const *triggers = triggers_of (actions->pdata[j], arena);
      for (; *triggers != NULL; triggers++)
        for (const MariaAsk *const *other = (*triggers)->asks; *other != NULL; other++)
          if (g_str_equal ((*other)->what, ask->what)
              && g_strcmp0 ((*other)->text, ask->text) == 0)
            return TRUE;
    }
  return FALSE;
}

/* Whether the step may make what a subquery reads. */
static gboolean
makes_something (const Operation *operation, const char *table)
{
  switch (operation->kind)
    {
    case OPERATION_CREATE_TABLE:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_RENAME_TABLE:
      return TRUE;
    case OPERATION_ADD_COLUMN:
    case OPERATION_SWAP_COLUMN:
      return g_ascii_strcasecmp (operation->table, table) != 0;
    default:
      return FALSE;
    }
}

/* Whether it reads what comes before it may make: then nobody knows yet. */
static gboolean
may_come (const GPtrArray *actions, guint i, const char *table, const MariaAsk *ask)
{
  gboolean reads_further = ask->text != NULL && maria_has_subquery (ask->text);

  for (guint j = 0; j < i; j++)
    {
      const Action *action = actions->pdata[j];
      const Operation *operation = action->step->operation;
      if (operation->kind == OPERATION_SQL
          || (reads_further && makes_something (operation, table)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_ask (SqlConnection *connection, const GPtrArray *actions, guint i,
           const char *table, const MariaAsk *ask, GError **error)
{
  return (ask->text == NULL || may_come (actions, i, table, ask)
          || check_text (connection, table, ask, error))
         && check_numbers (connection, table, ask, error);
}

/* Fills --------------------------------------------------------------------------- */

/* NULL: it is none of the user's. */
static const char *
own_sql (const Transform *transform)
{
  return transform != NULL && transform->stages[0].kind == TRANSFORM_EXPRESSION
             ? engine_text_for (transform->stages[0].expression, "mariadb")
             : NULL;
}

/* It reads the table itself, whose name may have that of the database before it; and what
 * comes with the migration. */
static gboolean
check_fill_text (SqlConnection *connection, const GPtrArray *actions, guint i,
                 const char *text, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaDetail *detail = ((const Action *) actions->pdata[i])->detail;
  const Table *table = database_find (detail->shape, detail->table);
  const MariaAsk ask = { .text = text };
  g_autoptr (GError) problem = NULL;

  if (table == NULL || may_come (actions, i, detail->table, &ask)
      || prepare (connection, table->name, mariadb_question_of (text, table, arena),
                  &problem)
      || prepare (
          connection, table->name,
          mariadb_question_over (text, mariadb_identifier (arena, table->name), arena),
          NULL))
    return TRUE;
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST))
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE, "SQL of yours, %s, fails: %s", text,
                 problem->message);
  return FALSE;
}

static gboolean
admit_fill (SqlConnection *connection, const GPtrArray *actions, guint i, GError **error)
{
  const Action *action = actions->pdata[i];
  const MariaDetail *detail = action->detail;
  const Operation *operation = action->step->operation;
  const char *text = NULL;

  for (const NamedTransform *set = detail->set; set != NULL && set->column != NULL; set++)
    {
      text = own_sql (set->transform);
      if (text != NULL && !check_fill_text (connection, actions, i, text, error))
        return FALSE;
    }
  if (operation->kind == OPERATION_BACKFILL && operation->backfill.lookup == NULL)
    text = own_sql (operation->backfill.transform);
  return text == NULL || detail->set != NULL
         || check_fill_text (connection, actions, i, text, error);
}

gboolean
maria_asks_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                  GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTrigger *const *triggers = triggers_of (actions->pdata[i], arena);
  const MariaDetail *detail = ((const Action *) actions->pdata[i])->detail;

  if (detail->kind == MARIA_FILL)
    return admit_fill (connection, actions, i, error);
  for (; *triggers != NULL; triggers++)
    for (const MariaAsk *const *ask = (*triggers)->asks; *ask != NULL; ask++)
      if (!is_asked (actions, i, *ask, arena)
          && !check_ask (connection, actions, i, (*triggers)->table, *ask, error))
        return FALSE;
  return TRUE;
}
