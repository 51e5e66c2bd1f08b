/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in PostgreSQL's terms: a gate, the difference of the shapes, and rows that move.
 */
#include "config.h"

#include "engine/postgres/dialect.h"

#include "engine/postgres/difference.h"
#include "engine/postgres/image.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "engine/sql/row_move.h"
#include "model/error.h"
#include "model/shape.h"
#include "model/table_name.h"

typedef struct
{
  const StepShape *shape;
  const Operation *operation;
  GPtrArray *actions;
  Arena *arena;
} Dialect;

static PgDifference
difference_of (const Dialect *dialect, const Database *from, const Database *to)
{
  return (PgDifference){ .step = dialect->shape,
                         .from = from,
                         .to = to,
                         .arena = dialect->arena,
                         .actions = dialect->actions };
}

static const char *
quote_table (const Dialect *dialect, const char *name)
{
  return postgres_table (dialect->arena, name);
}

static Action *
add_own (Dialect *dialect, const PgDetail *detail, LockClass lock, ActionCost cost,
         const char *sql)
{
  PgDifference difference
      = difference_of (dialect, dialect->shape->before, dialect->shape->after);

  return pg_difference_add (&difference, detail, lock, cost, sql);
}

/* Gates ----------------------------------------------------------------------- */

static void
add_gate (Dialect *dialect)
{
  const PgDetail detail = { .kind = PG_CHECK_STEP,
                            .table = dialect->operation->table,
                            .shape = dialect->shape->before,
                            .operation = dialect->operation };
  Action *action = add_own (
      dialect, &detail, LOCK_CLASS_NONE, ACTION_COST_SCAN,
      arena_printf (dialect->arena, "count the rows of %s that are out of step",
                    quote_table (dialect, dialect->operation->table)));

  action->kind = ACTION_GATE;
}

/* Rows ------------------------------------------------------------------------ */

static Action *
add_fill (Dialect *dialect, FillKind kind, const char *images, const char *sql)
{
  const PgDetail detail = { .kind = PG_FILL,
                            .fill = kind,
                            .table = dialect->operation->table,
                            .shape = dialect->shape->after,
                            .before = dialect->shape->before,
                            .operation = dialect->operation,
                            .images = images };
  Action *action = add_own (dialect, &detail, LOCK_CLASS_ROWS, ACTION_COST_REWRITE, sql);

  action->kind = ACTION_FILL;
  action->transaction = ACTION_CHUNKS;
  action->keeps_rows = images != NULL;
  return action;
}

/* Before applications come that search by the columns. */
static void
mirror_indexes (Dialect *dialect)
{
  const Backfill *backfill = &dialect->operation->backfill;
  PgDifference difference
      = difference_of (dialect, dialect->shape->after, dialect->shape->after);

  if (dialect->operation->kind != OPERATION_BACKFILL)
    return;
  const Table *table = database_find (difference.from, dialect->operation->table);
  for (guint i = 0; backfill->columns[i] != NULL; i++)
    pg_difference_mirror (&difference, table, backfill->columns[i]);
}

static gboolean
plan_rows (Dialect *dialect, GError **error)
{
  const StepShape *shape = dialect->shape;
  RowMove move;

  if (!row_move_of (shape, &postgres_words, dialect->arena, &move, error))
    return FALSE;
  if (move.text != NULL)
    add_fill (dialect, move.kind,
              move.keeps ? pg_image_name (shape->id, shape->step->index, dialect->arena)
                         : NULL,
              move.text);
  return TRUE;
}

/* The user's SQL ---------------------------------------------------------------- */

static gboolean
plan_sql (Dialect *dialect, GError **error)
{
  const SqlOperation *sql = &dialect->operation->sql;
  const char *forward = engine_text_for (sql->forward, "postgres");
  const char *verify
      = sql->verify != NULL ? engine_text_for (sql->verify, "postgres") : NULL;

  if (forward == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "`forward` has no SQL for postgres; give one, or limit the step with "
                   "`engines`");
      return FALSE;
    }
  add_own (dialect, &(PgDetail){ .kind = PG_SCRIPT, .text = forward },
           LOCK_CLASS_EXCLUSIVE, ACTION_COST_SCAN, forward);
  if (verify != NULL)
    add_own (dialect, &(PgDetail){ .kind = PG_VERIFY, .text = verify }, LOCK_CLASS_NONE,
             ACTION_COST_SCAN, verify)
        ->transaction
        = ACTION_SAME_TRANSACTION;
  return TRUE;
}

static gboolean
undo_sql (Dialect *dialect)
{
  const SqlOperation *sql = &dialect->operation->sql;
  const char *text
      = sql->rollback != NULL ? engine_text_for (sql->rollback, "postgres") : NULL;

  if (text != NULL)
    add_own (dialect, &(PgDetail){ .kind = PG_SCRIPT, .text = text },
             LOCK_CLASS_EXCLUSIVE, ACTION_COST_SCAN, text);
  return TRUE;
}

/* Renames to another schema ------------------------------------------------------- */

/* ALTER TABLE … RENAME leaves the table where it is. */
static gboolean
refuse_move (const Dialect *dialect, GError **error)
{
  const char *from = dialect->operation->table;
  const char *to = dialect->operation->rename_table.to;

  if ((dialect->operation->kind != OPERATION_RENAME_TABLE
       && dialect->operation->kind != OPERATION_ALIAS_TABLE)
      || g_strcmp0 (table_name_parse (from, dialect->arena).schema,
                    table_name_parse (to, dialect->arena).schema)
             == 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "table '%s' cannot be renamed to '%s', in another schema; name both with "
               "the same schema, or both without",
               from, to);
  return FALSE;
}

/* Forward ----------------------------------------------------------------------- */

static gboolean
plan_shapes (Dialect *dialect, GError **error)
{
  PgDifference difference
      = difference_of (dialect, dialect->shape->before, dialect->shape->after);
  const Operation *operation = dialect->operation;

  if (operation->kind == OPERATION_RENAME_TABLE)
    return pg_difference_rename_table (
        &difference, database_find (difference.from, operation->table)->name,
        operation->rename_table.to, error);
  if (operation->kind == OPERATION_SWAP_COLUMN)
    return pg_difference_swap (
        &difference, database_find (difference.from, operation->table),
        operation->swap_column.column, operation->swap_column.shadow,
        operation->swap_column.old_name, error);
  return pg_difference_plan (&difference, error)
         && pg_difference_finish (&difference, error);
}

gboolean
postgres_plan_step (const StepShape *shape, GPtrArray *actions, Arena *arena,
                    GError **error)
{
  Dialect dialect = { .shape = shape,
                      .operation = shape->step->operation,
                      .actions = actions,
                      .arena = arena };

  if (dialect.operation->kind == OPERATION_SQL)
    return plan_sql (&dialect, error);
  if (!step_shape_check_cast (shape, arena, error) || !refuse_move (&dialect, error))
    return FALSE;
  if (step_shape_needs_gate (dialect.shape))
    add_gate (&dialect);
  if (!plan_shapes (&dialect, error) || !plan_rows (&dialect, error))
    return FALSE;
  mirror_indexes (&dialect);
  return TRUE;
}

/* Back ------------------------------------------------------------------------ */

static void
undo_rows (Dialect *dialect)
{
  const char *images = NULL;

  for (guint i = 0; i < dialect->actions->len && images == NULL; i++)
    {
      const Action *action = dialect->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (action->kind == ACTION_FILL)
        images = detail->images;
    }
  g_ptr_array_set_size (dialect->actions, 0);
  if (images == NULL)
    return;
  add_fill (dialect, FILL_RESTORE, images,
            arena_printf (dialect->arena, "give back what the rows of %s were",
                          quote_table (dialect, dialect->operation->table)));
  add_own (dialect, NULL, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
           pg_image_drop_text (images, dialect->arena));
}

/* Columns that were dropped and are there again. */
static void
refill (Dialect *dialect)
{
  Action *action
      = add_fill (dialect, FILL_REFILL, NULL,
                  arena_printf (dialect->arena, "UPDATE %s SET %s from what is left",
                                quote_table (dialect, dialect->operation->table),
                                row_move_names (&postgres_words,
                                                dialect->operation->drop_column.columns,
                                                dialect->arena)));

  /* Before the triggers are there, which would take it for an application's write; so
   * together with the column. */
  action->transaction = ACTION_SAME_TRANSACTION;
  action->lock = LOCK_CLASS_EXCLUSIVE;
}

static gboolean
undo_shapes (Dialect *dialect, GError **error)
{
  const Operation *operation = dialect->operation;
  PgDifference difference
      = difference_of (dialect, dialect->shape->after, dialect->shape->before);

  difference.back = TRUE;
  if (operation->kind == OPERATION_RENAME_TABLE)
    return pg_difference_rename_table (
        &difference, operation->rename_table.to,
        database_find (difference.to, operation->table)->name, error);
  if (operation->kind == OPERATION_SWAP_COLUMN)
    return pg_difference_swap (
        &difference, database_find (difference.from, operation->table),
        operation->swap_column.column, operation->swap_column.old_name,
        operation->swap_column.shadow, error);
  if (!pg_difference_plan (&difference, error))
    return FALSE;
  if (operation->kind == OPERATION_DROP_COLUMN)
    refill (dialect);
  return pg_difference_finish (&difference, error);
}

/* What was built aside by a step that was not finished. */
static void
sweep (Dialect *dialect)
{
  add_own (dialect, &(PgDetail){ .kind = PG_SWEEP, .shape = dialect->shape->before },
           LOCK_CLASS_EXCLUSIVE, ACTION_COST_INSTANT,
           "drop what was built aside and has not found its place");
}

gboolean
postgres_plan_undo (const StepShape *shape, GPtrArray *actions, Arena *arena,
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
      guint n = mine->len;
      if (!undo_shapes (&dialect, error))
        return FALSE;
      if (mine->len > n)
        sweep (&dialect);
    }
  for (guint i = 0; i < mine->len; i++)
    g_ptr_array_add (actions, mine->pdata[i]);
  return TRUE;
}
