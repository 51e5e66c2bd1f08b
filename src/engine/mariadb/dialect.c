/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in MariaDB's terms: a gate, the difference of the shapes, and rows that move.
 */
#include "config.h"

#include "engine/mariadb/dialect.h"

#include "engine/mariadb/difference.h"
#include "engine/mariadb/expression.h"
#include "engine/mariadb/sql_text.h"
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
    case OPERATION_RENAME_CONSTRAINT:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_RENAME_TABLE:
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

/* What runs later has to be sayable now. */
static gboolean
check_transforms (const Dialect *dialect, const Table *table, const BoundBackfill *bound,
                  GError **error)
{
  const char **inputs
      = arena_new_array (dialect->arena, const char *, bound->n_inputs + 1);
  SqlExpression expression;

  for (guint i = 0; i < bound->n_inputs; i++)
    inputs[i] = mariadb_identifier (dialect->arena,
                                    table_column (table, bound->inputs[i])->name);
  for (guint i = 0; bound->transforms != NULL && i < bound->n_targets; i++)
    if (!mariadb_expression (bound->transforms[i], inputs, dialect->arena, &expression,
                             error))
      return FALSE;
  return TRUE;
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
  if (!bind_backfill (table, backfill, dialect->arena, &bound, error)
      || !check_transforms (dialect, table, &bound, error))
    return FALSE;
  add_fill (dialect,
            bound.sync != NULL         ? MARIA_FILL_SYNC
            : bound.transforms == NULL ? MARIA_FILL_DEFAULT
                                       : MARIA_FILL_COLUMNS,
            table->name,
            arena_printf (dialect->arena, "UPDATE %s SET %s from %s, chunk by chunk",
                          mariadb_identifier (dialect->arena, table->name),
                          mariadb_names (dialect->arena, "", backfill->columns),
                          backfill->from == NULL
                              ? "its default"
                              : mariadb_names (dialect->arena, "", backfill->from)));
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
                            mariadb_identifier (dialect->arena, table->name)));
  return TRUE;
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
plan_shapes (Dialect *dialect, GError **error)
{
  MariaDifference *difference = &dialect->difference;
  const Operation *operation = dialect->operation;

  if (operation->kind != OPERATION_RENAME_TABLE)
    return maria_difference_plan (difference, error);
  const char *old_name = database_find (dialect->shape->before, operation->table)->name;
  const char *new_name = operation->rename_table.to;
  return maria_difference_rename_table (difference,
                                        difference->back ? new_name : old_name,
                                        difference->back ? old_name : new_name, error);
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
  return plan_shapes (&dialect, error) && plan_rows (&dialect, error);
}

gboolean
mariadb_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                   GError **error)
{
  Dialect dialect = dialect_of (shape, shape->after, shape->before, actions, arena);

  dialect.difference.back = TRUE;
  if (dialect.operation->kind != OPERATION_SQL)
    return plan_shapes (&dialect, error);
  add_script (&dialect, MARIA_SCRIPT, dialect.operation->sql.rollback);
  return TRUE;
}
