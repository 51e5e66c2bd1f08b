/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in MariaDB's terms: a gate, the difference of the shapes, and rows that move.
 */
#include "config.h"

#include "engine/mariadb/dialect.h"

#include "engine/mariadb/difference.h"
#include "engine/mariadb/rows.h"
#include "engine/mariadb/sql_text.h"
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
    case OPERATION_SWAP_COLUMN:
    case OPERATION_END_SYNC:
    case OPERATION_CREATE_TABLE:
    case OPERATION_DROP_TABLE:
    case OPERATION_ADD_CONSTRAINT:
    case OPERATION_DROP_CONSTRAINT:
    case OPERATION_CREATE_INDEX:
    case OPERATION_DROP_INDEX:
    case OPERATION_RENAME_CONSTRAINT:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_RENAME_TABLE:
    case OPERATION_BACKFILL:
    case OPERATION_COPY_ROWS:
    case OPERATION_REPAIR:
    case OPERATION_INSERT_ROWS:
    case OPERATION_UPDATE_ROWS:
    case OPERATION_DELETE_ROWS:
      return TRUE;
    default:
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "%s is not done on MariaDB yet",
                   operation_kind_to_string (operation->kind));
      return FALSE;
    }
}

/* Gates ----------------------------------------------------------------------- */

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
                    mariadb_identifier (dialect->arena, dialect->operation->table)));

  action->kind = ACTION_GATE;
  action->transaction = ACTION_OWN_TRANSACTION;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, why);
  return FALSE;
}

/* Steps ------------------------------------------------------------------------- */

static gboolean
is_given_back (const Operation *operation, const char *column)
{
  const NamedTransform *backward = operation->drop_column.backward;

  for (guint i = 0; backward != NULL && backward[i].column != NULL; i++)
    if (g_str_equal (backward[i].column, column))
      return TRUE;
  return FALSE;
}

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
      if (column == NULL || column->nullable || is_given_back (operation, column->name))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "column '%s' of '%s' is NOT NULL, and nothing says what rows that are "
                   "written without it would hold if it had to be so again: give the "
                   "change a `backward`",
                   column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
has_way_back (const Table *table, const char *column)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->backward != NULL && name_list_contains (sync->old_columns, column))
        return TRUE;
    }
  return FALSE;
}

/* A column that comes back as NOT NULL has to be filled from something. */
static gboolean
check_drop (const Dialect *dialect, GError **error)
{
  const Operation *operation = dialect->operation;
  const Table *table = database_find (dialect->shape->before, operation->table);

  if (operation->kind != OPERATION_DROP_COLUMN || table == NULL)
    return TRUE;
  for (guint i = 0; operation->drop_column.columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, operation->drop_column.columns[i]);
      if (column == NULL || column->nullable || has_way_back (table, column->name))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "column '%s' of '%s' is NOT NULL, and nothing says what it would be "
                   "filled with if it had to come back: give the change a `backward`",
                   column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

/* The user's SQL ---------------------------------------------------------------- */

static Action *
add_script (Dialect *dialect, MariaDetailKind kind, const EngineText *text)
{
  const char *sql = text != NULL ? engine_text_for (text, "mariadb") : NULL;
  const MariaDetail detail = { .kind = kind, .text = sql };

  if (sql == NULL)
    return NULL;
  Action *action = maria_difference_add (&dialect->difference, &detail,
                                         kind == MARIA_SCRIPT ? LOCK_CLASS_EXCLUSIVE
                                                              : LOCK_CLASS_NONE,
                                         ACTION_COST_SCAN, sql);
  action->transaction
      = kind == MARIA_SCRIPT ? ACTION_OWN_TRANSACTION : ACTION_SAME_TRANSACTION;
  return action;
}

static gboolean
plan_sql (Dialect *dialect, GError **error)
{
  const SqlOperation *sql = &dialect->operation->sql;

  if (add_script (dialect, MARIA_SCRIPT, sql->forward) == NULL)
    return refuse (error, "`forward` has no SQL for mariadb; give one, or limit the step "
                          "with `engines`");
  add_script (dialect, MARIA_VERIFY, sql->verify);
  return TRUE;
}

/* Forward and back ---------------------------------------------------------------- */

static gboolean
plan_swap (Dialect *dialect, GError **error)
{
  MariaDifference *difference = &dialect->difference;
  const SwapColumn *swap = &dialect->operation->swap_column;
  const Table *table = database_find (difference->from, dialect->operation->table);

  return maria_difference_swap (difference, table, swap->column,
                                difference->back ? swap->old_name : swap->shadow,
                                difference->back ? swap->shadow : swap->old_name, error);
}

static gboolean
plan_rename (Dialect *dialect, GError **error)
{
  MariaDifference *difference = &dialect->difference;
  const Operation *operation = dialect->operation;
  const char *old_name = database_find (dialect->shape->before, operation->table)->name;
  const char *new_name = operation->rename_table.to;

  return maria_difference_rename_table (difference,
                                        difference->back ? new_name : old_name,
                                        difference->back ? old_name : new_name, error);
}

static gboolean
plan_shapes (Dialect *dialect, GError **error)
{
  switch (dialect->operation->kind)
    {
    case OPERATION_RENAME_TABLE:
      return plan_rename (dialect, error);
    case OPERATION_SWAP_COLUMN:
      return plan_swap (dialect, error);
    default:
      return maria_difference_plan (&dialect->difference, error);
    }
}

/* Before applications come that search by the columns, and until they have gone. */
static gboolean
mirror_indexes (Dialect *dialect, GError **error)
{
  const Backfill *backfill = &dialect->operation->backfill;

  if (dialect->operation->kind != OPERATION_BACKFILL)
    return TRUE;
  const Table *table = database_find (dialect->shape->after, dialect->operation->table);
  for (guint i = 0; backfill->columns[i] != NULL; i++)
    if (!maria_mirror_bound (&dialect->difference, table, backfill->columns[i], error))
      return FALSE;
  return TRUE;
}

gboolean
mariadb_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                   GError **error)
{
  Dialect dialect = dialect_of (shape, shape->before, shape->after, actions, arena);

  if (dialect.operation->kind == OPERATION_SQL)
    return plan_sql (&dialect, error);
  if (!check_kind (dialect.operation, error) || !check_relax (&dialect, error)
      || !check_drop (&dialect, error))
    return FALSE;
  if (step_shape_needs_gate (shape))
    add_gate (&dialect);
  return plan_shapes (&dialect, error) && maria_rows_plan (&dialect.difference, error)
         && mirror_indexes (&dialect, error);
}

gboolean
mariadb_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                   GError **error)
{
  Dialect dialect = dialect_of (shape, shape->after, shape->before, actions, arena);

  dialect.difference.back = TRUE;
  if (dialect.operation->kind != OPERATION_SQL)
    return mirror_indexes (&dialect, error)
           && maria_rows_undo (&dialect.difference, error)
           && plan_shapes (&dialect, error);
  add_script (&dialect, MARIA_SCRIPT, dialect.operation->sql.rollback);
  return TRUE;
}
