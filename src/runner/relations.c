/* SPDX-License-Identifier: Apache-2.0
 *
 * Collects relations by applying the plan's shapes to tables without rows.
 */
#include "config.h"

#include "runner/relations.h"

#include "model/bind.h"
#include "model/shape.h"

typedef struct
{
  const MigrationPlan *plan;
  const Database *start;
  Database *shape;
  GPtrArray *relations;
  Arena *arena;
} Collector;

static Database *
without_rows (const Database *tables)
{
  Database *shape = database_copy (tables);

  for (guint i = 0; i < shape->tables->len; i++)
    {
      Table *table = g_ptr_array_index (shape->tables, i);
      for (guint j = 0; j < table->vectors->len; j++)
        {
          vector_unref (table->vectors->pdata[j]);
          table->vectors->pdata[j]
              = vector_new (column_value_kind (table_column (table, j)));
        }
      vector_unref (table->row_ids);
      table->row_ids = vector_new (VALUE_INTEGER);
    }
  return shape;
}

static Relation *
add_relation (Collector *collector, const MigrationStep *step)
{
  Relation *relation = arena_new0 (collector->arena, Relation);

  relation->table = step->operation->table;
  relation->first_step = step->index;
  g_ptr_array_add (collector->relations, relation);
  return relation;
}

static void
collect_sync (Collector *collector, const MigrationStep *step)
{
  const AddColumn *add = &step->operation->add_column;
  const Table *table = database_find (collector->shape, step->operation->table);
  const Sync *sync = add->from != NULL
                         ? table_sync_of_new (table, add->additions[0].column->name)
                         : NULL;

  if (sync == NULL)
    return;
  Relation *relation = add_relation (collector, step);
  relation->old_columns = sync->old_columns;
  relation->new_columns = sync->new_columns;
  relation->forward = sync->forward;
  relation->backward = sync->backward;
  relation->is_shadow = sync->purpose == SYNC_FOR_SHADOW;
  relation->end_step = relations_end_of_sync (collector->plan, relation->table,
                                              relation->new_columns[0]);
}

static gboolean
is_related (const Collector *collector, const char *table, const char *column)
{
  for (guint i = 0; i < collector->relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (collector->relations, i);
      if (g_str_equal (relation->table, table)
          && name_list_contains (relation->new_columns, column))
        return TRUE;
    }
  return FALSE;
}

/* The exact way back of a hand-written backfill, where it has one. */
static const BoundTransform *const *
inverse (Collector *collector, const Table *table, const Backfill *backfill)
{
  const Transform *forward
      = backfill->transform != NULL ? backfill->transform : &TRANSFORM_COPY;
  const Transform *backward = transform_inverse (forward, collector->arena);
  const BoundTransform **bound
      = arena_new_array (collector->arena, const BoundTransform *, 2);

  if (backward == NULL || backfill->from[1] != NULL || backfill->columns[1] != NULL)
    return NULL;
  const Column *const *inputs
      = bind_column_list (table, backfill->columns, collector->arena, NULL);
  const Column *output = table_find_column (table, backfill->from[0]);
  bound[0] = transform_bind (backward, inputs, &output->type, collector->arena, NULL);
  return bound[0] != NULL ? bound : NULL;
}

/* What was there before the migration lives a life of its own. */
static gboolean
is_from_start (const Collector *collector, const char *table, const char *column)
{
  const Table *start = database_find (collector->start, table);

  return start != NULL && table_find_column (start, column) != NULL;
}

/* A backfill of new columns that no sync covers: they belong together all the same. */
static void
collect_backfill (Collector *collector, const MigrationStep *step)
{
  const Backfill *backfill = &step->operation->backfill;
  const Table *table = database_find (collector->shape, step->operation->table);
  BoundBackfill bound;

  if (backfill->from == NULL || backfill->where != NULL
      || is_related (collector, step->operation->table, backfill->columns[0])
      || is_from_start (collector, step->operation->table, backfill->columns[0])
      || name_list_contains (backfill->from, backfill->columns[0])
      || !bind_backfill (table, backfill, collector->arena, &bound, NULL))
    return;
  Relation *relation = add_relation (collector, step);
  relation->old_columns = backfill->from;
  relation->new_columns = backfill->columns;
  relation->forward = bound.transforms;
  relation->backward = inverse (collector, table, backfill);
}

static void
collect_swap (Collector *collector, const MigrationStep *step)
{
  const SwapColumn *swap = &step->operation->swap_column;

  for (guint i = 0; i < collector->relations->len; i++)
    {
      Relation *relation = g_ptr_array_index (collector->relations, i);
      if (g_str_equal (relation->table, step->operation->table)
          && g_str_equal (relation->new_columns[0], swap->shadow))
        relation->swap_step = step->index;
    }
}

static void
collect (Collector *collector, const MigrationStep *step)
{
  switch (step->operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      collect_sync (collector, step);
      break;
    case OPERATION_BACKFILL:
      collect_backfill (collector, step);
      break;
    case OPERATION_SWAP_COLUMN:
      collect_swap (collector, step);
      break;
    default:
      break;
    }
}

GPtrArray *
relations_of_plan (const MigrationPlan *plan, const Database *tables, Arena *arena)
{
  g_autoptr (Database) shape = without_rows (tables);
  Collector collector = {
    .plan = plan,
    .start = tables,
    .shape = shape,
    .relations = g_ptr_array_new (),
    .arena = arena,
  };

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (!shape_apply (shape, step->operation, arena, NULL))
        break;
      collect (&collector, step);
    }
  return collector.relations;
}

guint
relations_end_of_sync (const MigrationPlan *plan, const char *table, const char *column)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step->operation->kind == OPERATION_END_SYNC
          && g_str_equal (step->operation->table, table)
          && name_list_contains (step->operation->end_sync.columns, column))
        return step->index;
    }
  return 0;
}

static gboolean
apply_all (const BoundTransform *const *transforms, guint n, const Value *inputs,
           Arena *scratch, Value *results)
{
  for (guint i = 0; i < n; i++)
    if (!bound_transform_apply (transforms[i], inputs, scratch, &results[i], NULL))
      return FALSE;
  return TRUE;
}

/* A value that does not convert at all is the gate's business. */
static gboolean
comes_back (const Relation *relation, const Value *olds, Arena *scratch)
{
  guint n_old = g_strv_length ((char **) relation->old_columns);
  guint n_new = g_strv_length ((char **) relation->new_columns);
  Value *news = arena_new_array (scratch, Value, n_new + 1);
  Value *back = arena_new_array (scratch, Value, n_old + 1);

  if (!apply_all (relation->forward, n_new, olds, scratch, news)
      || !apply_all (relation->backward, n_old, news, scratch, back))
    return TRUE;
  for (guint i = 0; i < n_old; i++)
    if (!value_equal (&olds[i], &back[i]))
      return FALSE;
  return TRUE;
}

gboolean
relation_loses (const Relation *relation, const Table *table, gsize *row)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  const guint *columns = bind_columns (table, relation->old_columns, arena, NULL);
  guint n = g_strv_length ((char **) relation->old_columns);

  if (columns == NULL || relation->backward == NULL)
    return FALSE;
  Value *olds = arena_new_array (arena, Value, n + 1);
  for (*row = 0; *row < table_n_rows (table); (*row)++)
    {
      for (guint i = 0; i < n; i++)
        olds[i] = table_cell (table, *row, columns[i]);
      if (!comes_back (relation, olds, scratch))
        return TRUE;
      arena_reset (scratch);
    }
  return FALSE;
}

const char *
relations_table_name (const MigrationPlan *plan, const char *table, guint from_step,
                      guint n_steps)
{
  for (guint i = from_step; i < n_steps; i++)
    {
      const Operation *operation = migration_plan_step (plan, i)->operation;
      if (operation->kind == OPERATION_RENAME_TABLE
          && g_str_equal (operation->table, table))
        table = operation->rename_table.to;
    }
  return table;
}
