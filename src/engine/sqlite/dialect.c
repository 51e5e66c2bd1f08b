/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in SQLite's terms: a gate, the difference of the shapes, and rows that move.
 */
#include "config.h"

#include "engine/sqlite/dialect.h"

#include "engine/sql/row_move.h"
#include "engine/sqlite/difference.h"
#include "engine/sqlite/image.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/words.h"
#include "model/error.h"
#include "model/shape.h"

typedef struct
{
  const StepShape *shape;
  const Operation *operation;
  GPtrArray *actions;
  Arena *arena;
} Dialect;

static Difference
difference_of (const Dialect *dialect, const Database *from, const Database *to)
{
  return (Difference){ .step = dialect->shape,
                       .from = from,
                       .to = to,
                       .arena = dialect->arena,
                       .actions = dialect->actions };
}

static const char *
quote (const Dialect *dialect, const char *name)
{
  return sqlite_identifier (dialect->arena, name);
}

static Action *
add_own (Dialect *dialect, const SqliteDetail *detail, LockClass lock, ActionCost cost,
         const char *sql)
{
  Difference difference
      = difference_of (dialect, dialect->shape->before, dialect->shape->after);

  return difference_add (&difference, detail, lock, cost, sql);
}

/* Gates ----------------------------------------------------------------------- */

static void
add_gate (Dialect *dialect)
{
  const SqliteDetail detail = { .kind = SQLITE_CHECK_STEP,
                                .table = dialect->operation->table,
                                .shape = dialect->shape->before,
                                .operation = dialect->operation };
  Action *action = add_own (dialect, &detail, LOCK_CLASS_WRITE, ACTION_COST_SCAN,
                            arena_printf (dialect->arena,
                                          "count the rows of %s that are out of step",
                                          quote (dialect, dialect->operation->table)));

  action->kind = ACTION_GATE;
}

/* Rows ------------------------------------------------------------------------ */

static Action *
add_fill (Dialect *dialect, FillKind kind, const char *images, const char *sql)
{
  const SqliteDetail detail = { .kind = SQLITE_FILL,
                                .fill = kind,
                                .table = dialect->operation->table,
                                .shape = dialect->shape->after,
                                .before = dialect->shape->before,
                                .operation = dialect->operation,
                                .images = images };
  Action *action = add_own (dialect, &detail, LOCK_CLASS_WRITE, ACTION_COST_REWRITE, sql);

  action->kind = ACTION_FILL;
  action->transaction = ACTION_CHUNKS;
  action->keeps_rows = images != NULL;
  return action;
}

static gboolean
plan_rows (Dialect *dialect, GError **error)
{
  const StepShape *shape = dialect->shape;
  RowMove move;

  if (!row_move_of (shape, &sqlite_words, dialect->arena, &move, error))
    return FALSE;
  if (move.text != NULL)
    add_fill (dialect, move.kind,
              move.keeps ? image_name (shape->id, shape->step->index, dialect->arena)
                         : NULL,
              move.text);
  return TRUE;
}

/* The user's SQL ---------------------------------------------------------------- */

static gboolean
plan_sql (Dialect *dialect, GError **error)
{
  const SqlOperation *sql = &dialect->operation->sql;
  const char *forward = engine_text_for (sql->forward, "sqlite");
  const char *verify
      = sql->verify != NULL ? engine_text_for (sql->verify, "sqlite") : NULL;

  if (forward == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "`forward` has no SQL for sqlite; give one, or limit the step with "
                   "`engines`");
      return FALSE;
    }
  add_own (dialect, &(SqliteDetail){ .kind = SQLITE_SCRIPT, .text = forward },
           LOCK_CLASS_WRITE, ACTION_COST_SCAN, forward);
  if (verify != NULL)
    add_own (dialect, &(SqliteDetail){ .kind = SQLITE_VERIFY, .text = verify },
             LOCK_CLASS_WRITE, ACTION_COST_SCAN, verify);
  return TRUE;
}

static gboolean
undo_sql (Dialect *dialect)
{
  const SqlOperation *sql = &dialect->operation->sql;
  const char *text
      = sql->rollback != NULL ? engine_text_for (sql->rollback, "sqlite") : NULL;

  if (text != NULL)
    add_own (dialect, &(SqliteDetail){ .kind = SQLITE_SCRIPT, .text = text },
             LOCK_CLASS_WRITE, ACTION_COST_SCAN, text);
  return TRUE;
}

/* Forward ----------------------------------------------------------------------- */

static gboolean
plan_shapes (Dialect *dialect, GError **error)
{
  Difference difference
      = difference_of (dialect, dialect->shape->before, dialect->shape->after);
  const Operation *operation = dialect->operation;

  if (operation->kind == OPERATION_RENAME_TABLE)
    return difference_rename_table (
        &difference, database_find (difference.from, operation->table)->name,
        operation->rename_table.to, error);
  if (operation->kind == OPERATION_SWAP_COLUMN)
    return difference_swap (&difference,
                            database_find (difference.from, operation->table),
                            operation->swap_column.column, operation->swap_column.shadow,
                            operation->swap_column.old_name, FALSE, error);
  return difference_loosen (&difference, error)
         && difference_tighten (&difference, error);
}

gboolean
sqlite_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                  GError **error)
{
  Dialect dialect = { .shape = shape,
                      .operation = shape->step->operation,
                      .actions = actions,
                      .arena = arena };

  if (dialect.operation->kind == OPERATION_SQL)
    return plan_sql (&dialect, error);
  if (!step_shape_check_cast (shape, arena, error))
    return FALSE;
  if (step_shape_needs_gate (dialect.shape))
    add_gate (&dialect);
  return plan_shapes (&dialect, error) && plan_rows (&dialect, error);
}

/* Back ------------------------------------------------------------------------ */

static void
undo_rows (Dialect *dialect)
{
  const char *images = NULL;

  for (guint i = 0; i < dialect->actions->len && images == NULL; i++)
    {
      const Action *action = dialect->actions->pdata[i];
      const SqliteDetail *detail = action->detail;
      if (action->kind == ACTION_FILL)
        images = detail->images;
    }
  g_ptr_array_set_size (dialect->actions, 0);
  if (images == NULL)
    return;
  add_fill (dialect, FILL_RESTORE, images,
            arena_printf (dialect->arena, "give back what the rows of %s were",
                          quote (dialect, dialect->operation->table)));
  add_own (dialect, NULL, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
           image_drop_text (images, dialect->arena));
}

/* Columns that were dropped and are there again. */
static void
refill (Dialect *dialect)
{
  Action *action
      = add_fill (dialect, FILL_REFILL, NULL,
                  arena_printf (dialect->arena, "UPDATE %s SET %s from what is left",
                                quote (dialect, dialect->operation->table),
                                row_move_names (&sqlite_words,
                                                dialect->operation->drop_column.columns,
                                                dialect->arena)));

  /* Together with the column, so that nobody sees it empty. */
  action->transaction
      = dialect->actions->len > 1 ? ACTION_SAME_TRANSACTION : ACTION_OWN_TRANSACTION;
}

static gboolean
undo_shapes (Dialect *dialect, GError **error)
{
  const Operation *operation = dialect->operation;
  Difference difference
      = difference_of (dialect, dialect->shape->after, dialect->shape->before);

  difference.back = TRUE;
  if (operation->kind == OPERATION_RENAME_TABLE)
    return difference_rename_table (&difference, operation->rename_table.to,
                                    database_find (difference.to, operation->table)->name,
                                    error);
  if (operation->kind == OPERATION_SWAP_COLUMN)
    return difference_swap (
        &difference, database_find (difference.from, operation->table),
        operation->swap_column.column, operation->swap_column.old_name,
        operation->swap_column.shadow, TRUE, error);
  if (!difference_loosen (&difference, error))
    return FALSE;
  if (operation->kind == OPERATION_DROP_COLUMN)
    refill (dialect);
  return difference_tighten (&difference, error);
}

/* Back at the start, down to the text of the definitions. */
static void
tidy (Dialect *dialect)
{
  add_own (dialect,
           &(SqliteDetail){ .kind = SQLITE_TIDY,
                            .shape = dialect->shape->start,
                            .before = dialect->shape->end,
                            .plan = dialect->shape->plan },
           LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
           "give the definitions the text that they had at the start");
}

gboolean
sqlite_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
                  GError **error)
{
  g_autoptr (GPtrArray) mine = g_ptr_array_new ();
  Dialect dialect = {
    .shape = shape, .operation = shape->step->operation, .actions = mine, .arena = arena
  };

  if (dialect.operation->kind == OPERATION_SQL)
    undo_sql (&dialect);
  else if (!plan_rows (&dialect, error))
    return FALSE;
  else
    {
      undo_rows (&dialect);
      if (!undo_shapes (&dialect, error))
        return FALSE;
    }
  if (shape->is_first)
    tidy (&dialect);
  for (guint i = 0; i < mine->len; i++)
    g_ptr_array_add (actions, mine->pdata[i]);
  return TRUE;
}
