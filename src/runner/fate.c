/* SPDX-License-Identifier: Apache-2.0
 *
 * The two ends a migration can come to after a write.
 */
#include "config.h"

#include "runner/fate.h"

#include "engine/memory/memory.h"
#include "model/bind.h"
#include "model/error.h"

/* A written row, where it ended up. */
typedef struct
{
  const CheckPoint *point;
  const ClientWrite *write;
  const Table *written; /* the table right after the write */
  gsize written_row;
  const Table *ended; /* the table at the end */
  gsize ended_row;
  const char *end; /* "after an abort" */
  Arena *arena;
} Fate;

static Value
written_cell (const Fate *fate, const char *column)
{
  guint index;

  if (!table_column_index (fate->written, column, &index))
    return VALUE_NULL_INIT;
  return table_cell (fate->written, fate->written_row, index);
}

static const char *
lost (const Fate *fate, const char *column)
{
  return arena_printf (fate->point->arena, "what it %s in '%s' is lost %s",
                       fate->write->verb, column, fate->end);
}

static const char *
expect_cell (const Fate *fate, const char *in, const Value *want, const char *written)
{
  guint index;

  if (!table_column_index (fate->ended, in, &index))
    return NULL;
  Value have = table_cell (fate->ended, fate->ended_row, index);
  return value_equal (&have, want) ? NULL : lost (fate, written);
}

/* Whether the cells at the end are what the transforms make of the cells as written. */
static const char *
expect_made (const Fate *fate, const char *const *sources, const char *const *targets,
             const BoundTransform *const *transforms, const char *written)
{
  guint n = g_strv_length ((char **) sources);
  Value *inputs = arena_new_array (fate->arena, Value, n + 1);

  for (guint i = 0; i < n; i++)
    inputs[i] = written_cell (fate, sources[i]);
  for (guint i = 0; targets[i] != NULL; i++)
    {
      Value want;
      if (!bound_transform_apply (transforms[i], inputs, fate->arena, &want, NULL))
        continue;
      const char *reason = expect_cell (fate, targets[i], &want, written);
      if (reason != NULL)
        return reason;
    }
  return NULL;
}

static gboolean
same_table (const Fate *fate, const Relation *relation)
{
  const char *name = relations_table_name (fate->point->plan, relation->table,
                                           relation->first_step, fate->point->boundary);

  return g_str_equal (name, fate->written->name)
         || g_strcmp0 (name, fate->written->alias) == 0;
}

static const Relation *
relation_of (const Fate *fate, const char *column, gboolean as_new)
{
  for (guint i = 0; i < fate->point->relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (fate->point->relations, i);
      if (same_table (fate, relation)
          && name_list_contains (as_new ? relation->new_columns : relation->old_columns,
                                 column))
        return relation;
    }
  return NULL;
}

static const Relation *
shadow_of (const Fate *fate, const char *column)
{
  const Relation *relation = relation_of (fate, column, FALSE);

  return relation != NULL && relation->is_shadow && relation->swap_step != 0 ? relation
                                                                             : NULL;
}

/* Abort ------------------------------------------------------------------------- */

static gboolean
undo_all (const CheckPoint *point, EngineSession *session, GError **error)
{
  for (guint i = point->boundary; i-- > 0;)
    {
      const MigrationStep *step = migration_plan_step (point->plan, i);
      if (operation_runs_on (step->operation, "memory")
          && !engine_undo (session, step, error))
        return FALSE;
    }
  return TRUE;
}

static const char *
column_after_abort (const Fate *fate, const char *column, const Value *value)
{
  const Relation *shadow = shadow_of (fate, column);
  const Relation *relation = relation_of (fate, column, TRUE);

  if (shadow != NULL && fate->point->boundary >= shadow->swap_step)
    {
      Value want;
      if (shadow->backward == NULL
          || !bound_transform_apply (shadow->backward[0], value, fate->arena, &want,
                                     NULL))
        return NULL;
      return expect_cell (fate, column, &want, column);
    }
  if (table_find_column (fate->ended, column) != NULL)
    return expect_cell (fate, column, value, column);
  if (relation == NULL || relation->backward == NULL)
    return NULL; /* only the new shape has a place for it: `backward` says there is no way
                  */
  return expect_made (fate, relation->new_columns, relation->old_columns,
                      relation->backward, column);
}

static gboolean
fate_begin (Fate *fate, const CheckPoint *point, const ClientWrite *write, Arena *arena,
            const char *end)
{
  *fate = (Fate){ .point = point, .write = write, .arena = arena, .end = end };
  fate->written = database_find (memory_database (write->session), write->table);
  return fate->written != NULL
         && table_find_row (fate->written, write->row_id, &fate->written_row);
}

/* What the table that was written to was called before the first step. */
static const char *
name_at_start (const CheckPoint *point, const char *table)
{
  for (guint i = point->boundary; i-- > 0;)
    {
      const Operation *operation = migration_plan_step (point->plan, i)->operation;
      if ((operation->kind == OPERATION_RENAME_TABLE
           || operation->kind == OPERATION_ALIAS_TABLE)
          && g_str_equal (operation->rename_table.to, table))
        table = operation->table;
    }
  return table;
}

/* Whether another value may do. */
static gboolean
is_about_values (const GError *error)
{
  return g_error_matches (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT)
         || g_error_matches (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
}

const char *
fate_of_abort (const CheckPoint *point, const ClientWrite *write, gboolean *unfit)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (EngineSession) fork = memory_fork (write->session);
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;
  Fate fate;

  if (!fate_begin (&fate, point, write, arena, "after an abort"))
    return NULL;
  if (!undo_all (point, fork, &error))
    {
      *unfit = is_about_values (error);
      return arena_printf (point->arena, "an abort is not possible after it %s: %s",
                           write->verb, error->message);
    }
  fate.ended
      = database_find (memory_database (fork), name_at_start (point, write->table));
  if (fate.ended == NULL)
    return NULL; /* the table is the migration's own */
  if (!table_find_row (fate.ended, write->row_id, &fate.ended_row))
    return arena_printf (point->arena, "a row that it %s is lost after an abort",
                         write->verb);
  for (guint i = 0; reason == NULL && write->columns[i] != NULL; i++)
    reason = column_after_abort (&fate, write->columns[i], &write->values[i]);
  return reason;
}

/* Continue ---------------------------------------------------------------------- */

/* Whether a later step changes or deletes rows of its own accord. */
static gboolean
is_rewritten (const CheckPoint *point, const char *column)
{
  for (guint i = point->boundary; i < migration_plan_n_steps (point->plan); i++)
    {
      const Operation *operation = migration_plan_step (point->plan, i)->operation;
      const NamedTransform *set = NULL;
      if (operation->kind == OPERATION_UPDATE_ROWS)
        set = operation->rows.set;
      else if (operation->kind == OPERATION_REPAIR)
        set = operation->constraint.repairs.repairs;
      else if (operation->kind == OPERATION_BACKFILL
               && name_list_contains (operation->backfill.columns, column))
        return TRUE;
      for (; set != NULL && set->column != NULL; set++)
        if (g_str_equal (set->column, column))
          return TRUE;
    }
  return FALSE;
}

static gboolean
may_be_deleted (const CheckPoint *point)
{
  for (guint i = point->boundary; i < migration_plan_n_steps (point->plan); i++)
    {
      const Operation *operation = migration_plan_step (point->plan, i)->operation;
      if (operation->kind == OPERATION_DELETE_ROWS || operation->kind == OPERATION_REPAIR
          || (operation->kind == OPERATION_BACKFILL
              && operation->backfill.lookup != NULL))
        return TRUE;
    }
  return FALSE;
}

static const char *
column_at_end (const Fate *fate, const char *column, const Value *value)
{
  const Relation *shadow = shadow_of (fate, column);
  const Relation *relation = relation_of (fate, column, FALSE);

  if (shadow != NULL && fate->point->boundary < shadow->swap_step)
    {
      Value want;
      if (!bound_transform_apply (shadow->forward[0], value, fate->arena, &want, NULL))
        return NULL;
      return expect_cell (fate, column, &want, column);
    }
  if (is_rewritten (fate->point, column) && relation_of (fate, column, TRUE) == NULL)
    return NULL;
  if (table_find_column (fate->ended, column) != NULL)
    return expect_cell (fate, column, value, column);
  if (relation == NULL
      || name_list_contains (fate->write->columns, relation->new_columns[0]))
    return NULL;
  return expect_made (fate, relation->old_columns, relation->new_columns,
                      relation->forward, column);
}

static gboolean
apply_rest (const CheckPoint *point, EngineSession *session, GError **error)
{
  for (guint i = point->boundary; i < migration_plan_n_steps (point->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (point->plan, i);
      if (!operation_runs_on (step->operation, "memory")
          || engine_apply (session, step, error))
        continue;
      g_prefix_error (error, "step %u (%s): ", step->index, step->description);
      return FALSE;
    }
  return TRUE;
}

const char *
fate_of_continue (const CheckPoint *point, const ClientWrite *write, gboolean *unfit)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (EngineSession) fork = memory_fork (write->session);
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;
  Fate fate;

  if (!fate_begin (&fate, point, write, arena, "at the end"))
    return NULL;
  if (!apply_rest (point, fork, &error))
    {
      *unfit = is_about_values (error);
      return arena_printf (point->arena, "the migration cannot go on after it %s: %s",
                           write->verb, error->message);
    }
  const char *name = relations_table_name (point->plan, write->table, point->boundary,
                                           migration_plan_n_steps (point->plan));
  fate.ended = database_find (memory_database (fork), name);
  if (fate.ended == NULL)
    return NULL; /* dropped, as planned */
  if (!table_find_row (fate.ended, write->row_id, &fate.ended_row))
    return may_be_deleted (point)
               ? NULL
               : arena_printf (point->arena, "a row that it %s is lost at the end",
                               write->verb);
  for (guint i = 0; reason == NULL && write->columns[i] != NULL; i++)
    reason = column_at_end (&fate, write->columns[i], &write->values[i]);
  return reason;
}
