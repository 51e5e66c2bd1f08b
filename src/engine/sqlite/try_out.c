/* SPDX-License-Identifier: Apache-2.0
 *
 * The empty copy.
 */
#include "config.h"

#include "engine/sqlite/try_out.h"

#include "engine/sqlite/connection.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/tidy.h"

/* Tables first, since the rest is about them; what SQLite makes by itself is not made. */
#define SCHEMA_QUERY                                                                    \
  "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' " \
  "ESCAPE '\\' ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' " \
  "THEN 2 ELSE 3 END, rowid"

/* A virtual table whose module only the application has cannot be made here, nor what
 * stands on it: it is none of a migration's business. */
static gboolean
copy_object (const Value *values, G_GNUC_UNUSED guint n, gpointer copy,
             G_GNUC_UNUSED GError **error)
{
  g_autofree char *sql = g_strndup (values[0].text.bytes, values[0].text.length);

  live_exec (sqlite_connection_handle (copy), sql, NULL);
  return TRUE;
}

static gboolean
try_action (SqlConnection *copy, const Action *action, const char *definitions,
            GError **error)
{
  FillProgress progress = { 0 };
  gboolean fine = TRUE;

  if (action->kind != ACTION_FILL)
    return copy->engine->perform (copy, action, definitions, error);
  while (fine && !progress.done)
    fine = copy->engine->fill (copy, action, 1, &progress, error);
  g_free (progress.position);
  return fine;
}

static gboolean
try_all (SqlConnection *copy, const Database *start, const GPtrArray *actions,
         const Action **at, GError **error)
{
  g_autofree char *definitions
      = tidy_record (sqlite_connection_handle (copy), start, error);

  if (definitions == NULL)
    return FALSE;
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      g_autoptr (GError) problem = NULL;
      if (try_action (copy, action, definitions, &problem))
        continue;
      /* Rows the file itself gives fail as rows do: at their step, which takes back
       * what came before it. */
      if (action->kind == ACTION_FILL)
        continue;
      *at = action;
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_DRIFT,
          "step %u (%s) would fail here: %s. Nothing has been touched: change what "
          "is in the way, a view, an index or a trigger of your own, and run it "
          "again",
          action->step->index, action->step->description, problem->message);
      return FALSE;
    }
  return TRUE;
}

gboolean
sqlite_try_out (SqlConnection *connection, const Database *start,
                const GPtrArray *actions, const Action **at, GError **error)
{
  SqlConnection *copy = sqlite_connection_in_memory (connection->engine, error);

  *at = NULL;
  if (copy == NULL)
    return FALSE;
  gboolean fine = sqlite_connection_run (connection, SCHEMA_QUERY, NULL, 0, copy_object,
                                         copy, NULL, error)
                  && sqlite_connection_begin (copy, 0, error)
                  && try_all (copy, start, actions, at, error);
  sqlite_connection_roll_back (copy);
  sqlite_connection_close (copy);
  return fine;
}
