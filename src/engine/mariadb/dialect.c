/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in MariaDB's terms: a gate, the difference of the shapes, and rows that move.
 */
#include "config.h"

#include "engine/mariadb/dialect.h"

#include "engine/mariadb/difference.h"
#include "engine/mariadb/words.h"
#include "model/bind.h"
#include "model/error.h"
#include "model/shape.h"

typedef struct
{
  const StepShape *shape;
  const Operation *operation;
  MariaDifference difference;
  Arena *arena;
} Dialect;

static Dialect
dialect_of (const StepShape *shape, const Database *from, const Database *to,
            GPtrArray *actions, Arena *arena)
{
  return (Dialect){ .shape = shape,
                    .operation = shape->step->operation,
                    .difference = { .step = shape,
                                    .from = from,
                                    .to = to,
                                    .blocks = shape->step->operation->allow_blocking,
                                    .actions = actions,
                                    .arena = arena },
                    .arena = arena };
}

/* The steps that are done whole and right; others are refused. */
static gboolean
check_kind (const Operation *operation, GError **error)
{
  switch (operation->kind)
    {
    case OPERATION_ADD_COLUMN:
    case OPERATION_ALTER_COLUMN:
    case OPERATION_DROP_COLUMN:
    case OPERATION_RELAX_COLUMN:
    case OPERATION_END_SYNC:
    case OPERATION_CREATE_TABLE:
    case OPERATION_DROP_TABLE:
    case OPERATION_ADD_CONSTRAINT:
    case OPERATION_DROP_CONSTRAINT:
    case OPERATION_CREATE_INDEX:
    case OPERATION_DROP_INDEX:
    case OPERATION_BACKFILL:
      return TRUE;
    default:
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "%s is not done on MariaDB yet",
                   operation_kind_to_string (operation->kind));
      return FALSE;
    }
}

/* Gates ----------------------------------------------------------------------- */

static gboolean
needs_gate (const Dialect *dialect)
{
  const Operation *operation = dialect->operation;
  const Table *table = database_find (dialect->shape->before, operation->table);

  if (operation->kind == OPERATION_END_SYNC)
    return table != NULL;
  if (operation->kind != OPERATION_DROP_COLUMN || table == NULL)
    return FALSE;
  for (guint i = 0; operation->drop_column.columns[i] != NULL; i++)
    {
      const Sync *sync = table_sync_of_old (table, operation->drop_column.columns[i]);
      if (sync != NULL && sync->mode != SYNC_ON_INSERT)
        return TRUE;
    }
  return FALSE;
}

static void
add_gate (Dialect *dialect)
{
  const MariaDetail detail = { .kind = MARIA_CHECK_STEP,
                               .table = dialect->operation->table,
                               .shape = dialect->shape->before,
                               .operation = dialect->operation };
  Action *action = maria_difference_add (
      &dialect->difference, &detail, LOCK_CLASS_NONE, ACTION_COST_SCAN,
      arena_printf (dialect->arena, "count the rows of %s that are out of step",
                    maria_name (dialect->arena, dialect->operation->table)));

  action->kind = ACTION_GATE;
  action->transaction = ACTION_OWN_TRANSACTION;
}

/* Rows ------------------------------------------------------------------------ */

static void
add_fill (Dialect *dialect, MariaFillKind kind, const char *table, const char *sql)
{
  const MariaDetail detail = { .kind = MARIA_FILL,
                               .fill = kind,
                               .table = table,
                               .shape = dialect->shape->after,
                               .operation = dialect->operation };
  Action *action = maria_difference_add (&dialect->difference, &detail, LOCK_CLASS_ROWS,
                                         ACTION_COST_REWRITE, sql);

  action->kind = ACTION_FILL;
  action->transaction = ACTION_CHUNKS;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, why);
  return FALSE;
}

static gboolean
is_plain_copy (const BoundBackfill *bound)
{
  return bound->n_targets == 1 && bound->n_inputs == 1 && bound->transforms != NULL
         && bound_transform_is_identity (bound->transforms[0]);
}

static gboolean
plan_backfill (Dialect *dialect, GError **error)
{
  const Backfill *backfill = &dialect->operation->backfill;
  const Table *table = database_find (dialect->shape->before, dialect->operation->table);
  const Table *start = database_find (dialect->shape->start, dialect->operation->table);
  BoundBackfill bound;

  if (backfill->lookup != NULL)
    return refuse (error, "a column is not filled from another table on MariaDB yet");
  for (guint i = 0; start != NULL && backfill->columns[i] != NULL; i++)
    if (table_find_column (start, backfill->columns[i]) != NULL)
      return refuse (error, "rows that were there before are not changed on MariaDB yet: "
                            "what they were could not be given back");
  if (!bind_backfill (table, backfill, dialect->arena, &bound, error))
    return FALSE;
  if (bound.where.n > 0)
    return refuse (error, "a backfill with `where` is not done on MariaDB yet");
  if (bound.transforms != NULL && !is_plain_copy (&bound))
    return refuse (error, "a column is filled with its default or with a copy of another "
                          "one of the same type only on MariaDB yet");
  add_fill (
      dialect,
      bound.sync != NULL         ? MARIA_FILL_SYNC
      : bound.transforms == NULL ? MARIA_FILL_DEFAULT
                                 : MARIA_FILL_COPY,
      table->name,
      arena_printf (dialect->arena, "UPDATE %s SET %s from %s, chunk by chunk",
                    maria_name (dialect->arena, table->name),
                    maria_names (dialect->arena, "", backfill->columns),
                    bound.transforms == NULL
                        ? "its default"
                        : maria_name (dialect->arena,
                                      table_column (table, bound.inputs[0])->name)));
  return TRUE;
}

static gboolean
plan_rows (Dialect *dialect, GError **error)
{
  const Table *table;

  if (dialect->operation->kind == OPERATION_BACKFILL)
    return plan_backfill (dialect, error);
  if (dialect->operation->kind != OPERATION_CREATE_TABLE)
    return TRUE;
  table = dialect->operation->create_table.table;
  if (table_n_rows (table) > 0
      && database_find (dialect->shape->before, table->name) == NULL)
    add_fill (dialect, MARIA_FILL_INSERT, table->name,
              arena_printf (dialect->arena, "INSERT INTO %s the rows it begins with",
                            maria_name (dialect->arena, table->name)));
  return TRUE;
}

/* Steps ------------------------------------------------------------------------- */

/* What is NOT NULL again on the way back may hold nulls by then. */
static gboolean
check_relax (const Dialect *dialect, GError **error)
{
  const Operation *operation = dialect->operation;
  const Table *table = database_find (dialect->shape->before, operation->table);

  if (operation->kind != OPERATION_RELAX_COLUMN || table == NULL)
    return TRUE;
  for (guint i = 0; operation->drop_column.columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, operation->drop_column.columns[i]);
      if (column != NULL && !column->nullable)
        return refuse (error, "a column that is NOT NULL is not dropped on MariaDB yet: "
                              "rows that are written without it could not be given back");
    }
  return TRUE;
}

gboolean
mariadb_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                   GError **error)
{
  Dialect dialect = dialect_of (shape, shape->before, shape->after, actions, arena);

  if (!check_kind (dialect.operation, error) || !check_relax (&dialect, error))
    return FALSE;
  if (needs_gate (&dialect))
    add_gate (&dialect);
  return maria_difference_plan (&dialect.difference, error)
         && plan_rows (&dialect, error);
}

gboolean
mariadb_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                   GError **error)
{
  Dialect dialect = dialect_of (shape, shape->after, shape->before, actions, arena);

  dialect.difference.back = TRUE;
  return maria_difference_plan (&dialect.difference, error);
}
