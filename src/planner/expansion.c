/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion: helpers that every change kind needs.
 */
#include "config.h"

#include "planner/expansion.h"

#include "model/bind.h"
#include "planner/identifier.h"

void
expansion_error (Expansion *expansion, const char *help, const char *format, ...)
{
  const Operation *change = expansion->change;
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  diagnostic_list_add (expansion->diagnostics, SEVERITY_ERROR, "plan", change->location,
                       help, "%s: %s", operation_kind_to_string (change->kind), text);
  expansion->failed = TRUE;
}

void
expansion_fail (Expansion *expansion, const GError *error)
{
  expansion_error (expansion, NULL, "%s", error->message);
}

const Table *
expansion_table (Expansion *expansion)
{
  g_autoptr (GError) error = NULL;
  const Table *table = bind_table (expansion->shape, expansion->change->table, &error);

  if (table == NULL)
    expansion_fail (expansion, error);
  return table;
}

const Column *
expansion_column (Expansion *expansion, const Table *table, const char *name)
{
  g_autoptr (GError) error = NULL;
  guint index;

  if (bind_column (table, name, &index, &error))
    return table_column (table, index);
  expansion_fail (expansion, error);
  return NULL;
}

Operation *
expansion_step (Expansion *expansion, MigrationPhase phase, OperationKind kind)
{
  const Operation *change = expansion->change;
  Operation *step = arena_new0 (expansion->arena, Operation);

  step->kind = kind;
  step->table = change->table;
  step->location = change->location;
  step->phase = phase;
  step->engines = change->engines;
  step->allow_blocking = change->allow_blocking;
  g_ptr_array_add (expansion->steps, step);
  return step;
}

Operation *
expansion_take (Expansion *expansion, MigrationPhase phase)
{
  Operation *step = operation_copy (expansion->arena, expansion->change);

  step->phase = phase;
  step->description = NULL;
  step->allow = NULL;
  step->fail = FALSE;
  g_ptr_array_add (expansion->steps, step);
  return step;
}

void
expansion_backfill (Expansion *expansion, const char *const *columns,
                    const char *const *from)
{
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_MIGRATING, OPERATION_BACKFILL);

  step->backfill = (Backfill){ .columns = columns, .from = from };
}

void
expansion_end_sync (Expansion *expansion, const char *const *new_columns)
{
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_CONTRACTING, OPERATION_END_SYNC);

  step->end_sync.columns = new_columns;
}

void
expansion_drop_columns (Expansion *expansion, const char *const *columns)
{
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_CONTRACTING, OPERATION_DROP_COLUMN);

  step->drop_column.columns = columns;
}

void
expansion_repair_nulls (Expansion *expansion, const char *column, const Transform *repair)
{
  Constraint *not_null = arena_new0 (expansion->arena, Constraint);
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_MIGRATING, OPERATION_REPAIR);

  not_null->kind = CONSTRAINT_NOT_NULL;
  not_null->name = identifier_generate (expansion->arena, "zdm_not_null_", column);
  not_null->columns = expansion_one_name (expansion, column);
  not_null->location = expansion->change->location;
  step->constraint = (ConstraintChange){
    .constraint = not_null,
    .repairs.repairs = expansion_one_transform (expansion, column, repair),
  };
}

const char *const *
expansion_one_name (Expansion *expansion, const char *name)
{
  const char **names = arena_new_array (expansion->arena, const char *, 2);

  names[0] = name;
  return names;
}

const ColumnAddition *
expansion_one_addition (Expansion *expansion, const Column *column,
                        const Transform *transform)
{
  ColumnAddition *addition = arena_new0 (expansion->arena, ColumnAddition);

  *addition = (ColumnAddition){ .column = column, .transform = transform };
  return addition;
}

const NamedTransform *
expansion_one_transform (Expansion *expansion, const char *column,
                         const Transform *transform)
{
  NamedTransform *list = arena_new_array (expansion->arena, NamedTransform, 2);

  list[0] = (NamedTransform){ .column = column,
                              .transform = transform,
                              .location = expansion->change->location };
  return list;
}
