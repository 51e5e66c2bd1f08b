/* SPDX-License-Identifier: Apache-2.0
 *
 * What happens in a fill, or in the gate, where SQL of the user's fails for a row.
 *
 * The server says what has failed, and not for which row: fewer and fewer rows are tried,
 * until one is left.
 */
#include "config.h"

#include "engine/mariadb/fill_own.h"

#include "model/error.h"
#include "model/shape.h"

#define FEWER 10 /* times, by which fewer rows are tried next */
#define ROWS_TRIED 1000

/* What it is ----------------------------------------------------------------------- */

static gboolean
is_own (const Transform *transform)
{
  return transform != NULL && transform_needs_database (transform);
}

/* (nullable) */
static const char *
own_of_sync (const Sync *sync)
{
  for (guint i = 0; sync->new_columns[i] != NULL; i++)
    if (bound_transform_needs_database (sync->forward[i]))
      return sync->new_columns[i];
  for (guint i = 0; sync->backward != NULL && sync->old_columns[i] != NULL; i++)
    if (bound_transform_needs_database (sync->backward[i]))
      return sync->old_columns[i];
  return NULL;
}

const char *
maria_fill_own_column (const MariaFill *fill)
{
  const Operation *operation = fill->operation;
  const Sync *sync = fill->detail->sync;

  for (const NamedTransform *set = fill->detail->set; set != NULL && set->column != NULL;
       set++)
    if (is_own (set->transform))
      return set->column;
  if (sync == NULL && operation != NULL && operation->kind == OPERATION_BACKFILL)
    {
      if (is_own (operation->backfill.transform))
        return operation->backfill.columns[0];
      sync = table_sync_of_new (fill->table, operation->backfill.columns[0]);
    }
  return sync != NULL ? own_of_sync (sync) : NULL;
}

gboolean
maria_own_sql_fails (const GError *problem)
{
  return problem->domain == ZDM_ERROR && !zdm_error_is_outside (problem)
         && problem->code != ZDM_ERROR_GATE;
}

/* Whether it fails for all rows: what it reads is not there, or not for this account. */
static gboolean
fails_for_all (const GError *problem)
{
  return problem->code == ZDM_ERROR_MISSING || problem->code == ZDM_ERROR_SYNTAX
         || problem->code == ZDM_ERROR_UNSUPPORTED;
}

/* Rows that are there -------------------------------------------------------------- */

/* @range: gets NULL at the end of the table */
static gboolean
try_range (SqlConnection *connection, const MariaTable *live, const char *statement,
           const char *condition, Walk *walk, guint n_rows, const char **range,
           Arena *arena, GError **error)
{
  if (!maria_walk_next (walk, connection, live, n_rows, range, arena, error))
    return FALSE;
  if (*range == NULL)
    return TRUE;
  g_autoptr (MariadbResult) rows = mariadb_query (
      connection,
      arena_printf (arena, "%s WHERE %s AND (%s)", statement, *range, condition), error);
  return rows != NULL;
}

gboolean
maria_first_failing (SqlConnection *connection, const MariaTable *live,
                     const char *statement, const char *condition, const char **row,
                     Arena *arena, GError **error)
{
  g_autofree char *position = NULL;
  guint n_rows = ROWS_TRIED;
  const char *range = "";

  for (*row = NULL; range != NULL && *row == NULL;)
    {
      g_autoptr (GError) problem = NULL;
      Walk walk;
      if (!maria_walk_init (&walk, position, live, error))
        return FALSE;
      gboolean fine = try_range (connection, live, statement, condition, &walk, n_rows,
                                 &range, arena, &problem);
      g_autofree char *next = walk_position (&walk);
      walk_clear (&walk);
      if (!fine && !maria_own_sql_fails (problem))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      if (fine)
        {
          g_free (position);
          position = g_steal_pointer (&next);
        }
      else if (n_rows == 1)
        return maria_first_row (connection, live, range, row, arena, error);
      else
        n_rows = MAX (n_rows / FEWER, 1);
    }
  return TRUE;
}

gboolean
maria_name_failing (SqlConnection *connection, const MariaTable *live,
                    const char *statement, const char *condition, GError *problem,
                    GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) why = problem;
  const char *row = NULL;

  if (!maria_own_sql_fails (why))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  if (!fails_for_all (why) && live->n_key > 0
      && !maria_first_failing (connection, live, statement, condition, &row, arena,
                               error))
    return FALSE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
               "SQL of yours fails for %s%s%s'%s': %s; correct that, and call this again",
               row != NULL ? "row " : "", row != NULL ? row : "",
               row != NULL ? " of " : "", live->name, why->message);
  return FALSE;
}

/* Fills ---------------------------------------------------------------------------- */

/* What does not convert back is null. */
static gboolean
is_lenient (const MariaFill *fill)
{
  return fill->detail->fill == MARIA_FILL_REFILL
         || fill->detail->fill == MARIA_FILL_NULLS;
}

static gboolean
refuse (const char *row, const char *column, const MariaFill *fill, const GError *problem,
        GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION,
               "%s%s%s'%s', column '%s': SQL of yours fails: %s",
               row != NULL ? "row " : "", row != NULL ? row : "",
               row != NULL ? " of " : "", fill->table->name, column, problem->message);
  return FALSE;
}

/* At the row alone that is next, or at the look that ends a pass. */
static gboolean
end_at_row (MariaFill *fill, const char *column, const GError *problem, GError **error)
{
  const char *range, *row = NULL;
  Walk walk;

  if (!maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  gboolean fine = maria_fill_next_range (fill, &walk, &range, error);
  if (fine && range == NULL && !is_lenient (fill) && walk.pass <= WALK_TRIES)
    {
      walk_again (&walk); /* the row is met on the way */
      fill->progress->done = FALSE;
    }
  else if (fine && !is_lenient (fill))
    fine = (range == NULL
            || maria_first_row (fill->connection, fill->live, range, &row, fill->arena,
                                error))
           && refuse (row, column, fill, problem, error);
  maria_fill_keep_place (fill, &walk);
  return fine;
}

/* The look that ends a pass is not as strict as what writes: rows for which SQL fails may
 * be among what it finds. */
static gboolean
end_passes (MariaFill *fill, GError **error)
{
  Walk walk;

  if (fill->progress->done || !is_lenient (fill))
    return TRUE;
  if (!maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  fill->progress->done = walk.pass > WALK_TRIES;
  walk_clear (&walk);
  return TRUE;
}

/* As if the rows had not been tried. */
static gboolean
take_back (MariaFill *fill, const char *position, GError **error)
{
  g_free (fill->progress->position);
  *fill->progress = (FillProgress){ .position = g_strdup (position) };
  return mariadb_exec (fill->connection, "ROLLBACK TO SAVEPOINT zdm_rows", NULL, error);
}

gboolean
maria_fill_own (MariaFill *fill, const char *column, MariaFillFunction function,
                GError **error)
{
  g_autofree char *position = g_strdup (fill->progress->position);

  if (!mariadb_exec (fill->connection, "SAVEPOINT zdm_rows", NULL, error))
    return FALSE;
  for (;; fill->n_rows = MAX (fill->n_rows / FEWER, 1))
    {
      g_autoptr (GError) problem = NULL;
      if (function (fill, &problem))
        return end_passes (fill, error);
      if (fill->is_named || !maria_own_sql_fails (problem))
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return FALSE;
        }
      if (fails_for_all (problem))
        return refuse (NULL, column, fill, problem, error);
      if (!take_back (fill, position, error))
        return FALSE;
      if (fill->n_rows == 1)
        return end_at_row (fill, column, problem, error);
    }
}
