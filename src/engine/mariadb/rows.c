/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills, each with what keeps the rows that it changes.
 */
#include "config.h"

#include "engine/mariadb/rows.h"

#include "engine/mariadb/expression.h"
#include "engine/mariadb/image.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "engine/sql/lookup_sql.h"
#include "engine/sql/row_move.h"
#include "model/bind.h"
#include "model/error.h"
#include "model/shape.h"

static const Operation *
operation_of (const MariaDifference *difference)
{
  return difference->step->step->operation;
}

static const char *
quote (const MariaDifference *difference, const char *name)
{
  return mariadb_identifier (difference->arena, name);
}

/* Images ------------------------------------------------------------------------ */

/* @columns: whose cells are set; or NULL
 * @whole: rows come or go too
 * Returns: (nullable): NULL when no rows of the start are changed: nothing comes back */
static const MariaImage *
image_of (const MariaDifference *difference, guint parts, const char *const *columns,
          gboolean whole)
{
  const StepShape *step = difference->step;
  MariaImage *image;

  if (!step_shape_changes_start (step, whole ? NULL : columns))
    return NULL;
  image = arena_new0 (difference->arena, MariaImage);
  image->name = maria_image_name (step->id, step->step->index, difference->arena);
  image->parts = parts;
  image->columns = columns;
  return image;
}

/* DDL ends transactions: the tables are there before the first row is kept. */
static void
add_image (MariaDifference *difference, const MariaDetail *fill)
{
  MariaDetail detail = *fill;

  detail.kind = MARIA_IMAGE;
  if (fill->image != NULL)
    maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
                          arena_printf (difference->arena,
                                        "make %s, which keeps the rows as they were",
                                        quote (difference, fill->image->name)));
}

static void
add_fill (MariaDifference *difference, const MariaDetail *fill, const char *sql)
{
  MariaDetail detail = *fill;
  Action *action;

  detail.kind = MARIA_FILL;
  detail.operation = operation_of (difference);
  if (detail.table == NULL)
    detail.table = detail.operation->table;
  if (detail.shape == NULL)
    detail.shape = difference->step->after;
  if (detail.fill != MARIA_FILL_RESTORE)
    add_image (difference, &detail);
  action = maria_difference_add (difference, &detail, LOCK_CLASS_ROWS,
                                 ACTION_COST_REWRITE, sql);
  action->kind = ACTION_FILL;
  action->transaction = ACTION_CHUNKS;
  action->keeps_rows = detail.image != NULL;
}

/* Backfills --------------------------------------------------------------------- */

/* What runs later has to be sayable now. */
static gboolean
check_transforms (const MariaDifference *difference, const Table *table,
                  const BoundBackfill *bound, GError **error)
{
  const char **inputs
      = arena_new_array (difference->arena, const char *, bound->n_inputs + 1);
  SqlExpression expression;

  for (guint i = 0; i < bound->n_inputs; i++)
    inputs[i] = quote (difference, table_column (table, bound->inputs[i])->name);
  for (guint i = 0; bound->transforms != NULL && i < bound->n_targets; i++)
    if (!mariadb_expression (bound->transforms[i], inputs, difference->arena, &expression,
                             error))
      return FALSE;
  return TRUE;
}

static gboolean
plan_lookup (MariaDifference *difference, GError **error)
{
  const Operation *operation = operation_of (difference);
  const Backfill *backfill = &operation->backfill;
  gboolean deletes = backfill->lookup->missing == LOOKUP_MISSING_DELETE;
  guint parts = MARIA_IMAGE_CELLS | (deletes ? MARIA_IMAGE_ROWS : 0);
  const MariaDetail detail
      = { .fill = MARIA_FILL_LOOKUP,
          .image = image_of (difference, parts, backfill->columns, deletes) };
  SqlLookup sql = { .words = &mariadb_words };

  if (!sql_lookup_init (&sql, difference->step->before, operation->table,
                        backfill->columns[0], backfill->lookup, backfill->transform,
                        difference->arena, error)
      || (deletes && !row_move_check_cascade (difference->step, error)))
    return FALSE;
  add_fill (difference, &detail,
            arena_printf (difference->arena, "UPDATE %s SET %s from %s, chunk by chunk",
                          quote (difference, operation->table),
                          mariadb_names (difference->arena, "", backfill->columns),
                          quote (difference, backfill->lookup->from_table)));
  return TRUE;
}

static gboolean
plan_backfill (MariaDifference *difference, GError **error)
{
  const Operation *operation = operation_of (difference);
  const Backfill *backfill = &operation->backfill;
  const Table *table = database_find (difference->step->before, operation->table);
  Arena *arena = difference->arena;
  BoundBackfill bound;

  if (backfill->lookup != NULL)
    return plan_lookup (difference, error);
  if (!bind_backfill (table, backfill, arena, &bound, error)
      || !check_transforms (difference, table, &bound, error))
    return FALSE;
  const MariaDetail detail
      = { .fill = bound.sync != NULL         ? MARIA_FILL_SYNC
                  : bound.transforms == NULL ? MARIA_FILL_DEFAULT
                                             : MARIA_FILL_COLUMNS,
          .image = image_of (difference, MARIA_IMAGE_CELLS, backfill->columns, FALSE) };
  add_fill (difference, &detail,
            arena_printf (arena, "UPDATE %s SET %s from %s, chunk by chunk",
                          quote (difference, table->name),
                          mariadb_names (arena, "", backfill->columns),
                          backfill->from == NULL
                              ? "its default"
                              : mariadb_names (arena, "", backfill->from)));
  return TRUE;
}

/* Columns that are set ---------------------------------------------------------- */

static const char *const *
set_names (const MariaDifference *difference, const NamedTransform *set)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (; set != NULL && set->column != NULL; set++)
    g_ptr_array_add (names, (gpointer) set->column);
  return arena_ptr_array (difference->arena, names);
}

static gboolean
check_set (const MariaDifference *difference, const NamedTransform *set, GError **error)
{
  const Operation *operation = operation_of (difference);
  const Table *table = database_find (difference->step->before, operation->table);
  SqlExpression expression;
  BoundSet bound;

  if (!bind_set (table, set, difference->arena, &bound, error))
    return FALSE;
  for (guint i = 0; i < bound.n; i++)
    {
      const char *inputs[]
          = { quote (difference, table_column (table, bound.columns[i])->name), NULL };
      if (!mariadb_expression (bound.transforms[i], inputs, difference->arena,
                               &expression, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
plan_set (MariaDifference *difference, const NamedTransform *set,
          const Constraint *constraint, const char *sql, GError **error)
{
  const MariaDetail detail = { .fill = MARIA_FILL_SET,
                               .set = set,
                               .constraint = constraint,
                               .image = image_of (difference, MARIA_IMAGE_CELLS,
                                                  set_names (difference, set), FALSE) };

  if (!check_set (difference, set, error))
    return FALSE;
  if (set_names (difference, set)[0] != NULL)
    add_fill (difference, &detail, sql);
  return TRUE;
}

/* Repairs ----------------------------------------------------------------------- */

static gboolean
plan_deletion (MariaDifference *difference, MariaFillKind kind, const char *sql,
               GError **error)
{
  const MariaDetail detail
      = { .fill = kind, .image = image_of (difference, MARIA_IMAGE_ROWS, NULL, TRUE) };

  if (!row_move_check_cascade (difference->step, error))
    return FALSE;
  add_fill (difference, &detail, sql);
  return TRUE;
}

static gboolean
plan_orphans (MariaDifference *difference, const ConstraintChange *change,
              const char *sql, GError **error)
{
  const char *const *columns = change->constraint->columns;
  const MariaDetail detail
      = { .fill = MARIA_FILL_ORPHANS,
          .image = image_of (difference, MARIA_IMAGE_CELLS, columns, FALSE) };

  if (change->repairs.orphans == ORPHANS_DELETE)
    return plan_deletion (difference, MARIA_FILL_ORPHANS, sql, error);
  if (change->repairs.orphans == ORPHANS_SET_NULL)
    add_fill (difference, &detail, sql);
  return TRUE;
}

static gboolean
plan_repair (MariaDifference *difference, GError **error)
{
  const Operation *operation = operation_of (difference);
  const ConstraintChange *change = &operation->constraint;
  const Constraint *constraint = change->constraint;
  const char *sql = arena_printf (
      difference->arena, "repair the rows of %s that break %s",
      quote (difference, operation->table),
      constraint->name != NULL ? quote (difference, constraint->name) : "NOT NULL");

  switch (constraint->kind)
    {
    case CONSTRAINT_FOREIGN_KEY:
      return plan_orphans (difference, change, sql, error);
    case CONSTRAINT_UNIQUE:
    case CONSTRAINT_PRIMARY_KEY:
      return change->repairs.duplicates == DUPLICATES_ERROR
             || plan_deletion (difference, MARIA_FILL_DUPLICATES, sql, error);
    default:
      return plan_set (difference, change->repairs.repairs, constraint, sql, error);
    }
}

/* Forward ----------------------------------------------------------------------- */

static void
plan_first_rows (MariaDifference *difference)
{
  const Table *table = operation_of (difference)->create_table.table;
  const MariaDetail detail = { .fill = MARIA_FILL_INSERT, .table = table->name };

  if (table_n_rows (table) > 0
      && database_find (difference->step->before, table->name) == NULL)
    add_fill (difference, &detail,
              arena_printf (difference->arena, "INSERT INTO %s the rows it begins with",
                            quote (difference, table->name)));
}

static void
plan_insert (MariaDifference *difference, const char *table)
{
  const MariaDetail detail
      = { .fill = MARIA_FILL_INSERT,
          .image = image_of (difference, MARIA_IMAGE_KEYS, NULL, TRUE) };

  add_fill (difference, &detail,
            arena_printf (difference->arena, "INSERT INTO %s the rows given", table));
}

static void
plan_copy (MariaDifference *difference)
{
  const Operation *operation = operation_of (difference);
  const char *to = operation->rename_table.to;
  const MariaDetail detail = { .fill = MARIA_FILL_COPY,
                               .split = database_sync_to (difference->step->after, to) };

  add_fill (difference, &detail,
            arena_printf (difference->arena, "INSERT INTO %s from %s, chunk by chunk",
                          quote (difference, to), quote (difference, operation->table)));
}

gboolean
maria_rows_plan (MariaDifference *difference, GError **error)
{
  const Operation *operation = operation_of (difference);
  const char *table
      = operation->table != NULL ? quote (difference, operation->table) : "";

  switch (operation->kind)
    {
    case OPERATION_BACKFILL:
      return plan_backfill (difference, error);
    case OPERATION_REPAIR:
      return plan_repair (difference, error);
    case OPERATION_CREATE_TABLE:
      plan_first_rows (difference);
      return TRUE;
    case OPERATION_COPY_ROWS:
      plan_copy (difference);
      return TRUE;
    case OPERATION_INSERT_ROWS:
      plan_insert (difference, table);
      return TRUE;
    case OPERATION_UPDATE_ROWS:
      return plan_set (
          difference, operation->rows.set, NULL,
          arena_printf (difference->arena, "UPDATE %s, chunk by chunk", table), error);
    case OPERATION_DELETE_ROWS:
      return plan_deletion (
          difference, MARIA_FILL_DELETE,
          arena_printf (difference->arena, "DELETE FROM %s, chunk by chunk", table),
          error);
    default:
      return TRUE;
    }
}

/* Back ------------------------------------------------------------------------ */

/* What the step would keep its rows in, as it was planned. */
static const MariaImage *
planned_image (const MariaDifference *difference, GError **error)
{
  g_autoptr (GPtrArray) actions = g_ptr_array_new ();
  MariaDifference forward = *difference;

  forward.actions = actions;
  if (!maria_rows_plan (&forward, error))
    return NULL;
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      const MariaDetail *detail = action->detail;
      if (detail->image != NULL)
        return detail->image;
    }
  return NULL;
}

/* Rows that only the change allows, by `backward` of a check that comes again. */
static gboolean
undo_check (MariaDifference *difference, GError **error)
{
  const Operation *operation = operation_of (difference);
  const Table *table = database_find (difference->to, operation->table);
  const Constraint *check
      = table != NULL ? table_find_constraint (table, operation->constraint.name) : NULL;
  const MariaDetail detail = { .fill = MARIA_FILL_SET,
                               .set = operation->constraint.backward,
                               .constraint = check };

  if (check == NULL || check->kind != CONSTRAINT_CHECK || detail.set == NULL)
    return TRUE;
  if (!check_set (difference, detail.set, error))
    return FALSE;
  add_fill (difference, &detail,
            arena_printf (difference->arena, "repair the rows of %s that break %s",
                          quote (difference, table->name),
                          quote (difference, check->name)));
  return TRUE;
}

gboolean
maria_rows_undo (MariaDifference *difference, GError **error)
{
  const Operation *operation = operation_of (difference);
  GError *problem = NULL;

  if (operation->kind == OPERATION_DROP_CONSTRAINT)
    return undo_check (difference, error);
  const MariaDetail detail
      = { .fill = MARIA_FILL_RESTORE, .image = planned_image (difference, &problem) };
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  if (detail.image == NULL)
    return TRUE;
  const char *drop = maria_image_drop_text (detail.image->name, difference->arena);
  add_fill (difference, &detail,
            arena_printf (difference->arena, "give back what the rows of %s were",
                          quote (difference, operation->table)));
  maria_difference_add (difference,
                        &(MariaDetail){ .kind = MARIA_STATEMENT, .text = drop },
                        LOCK_CLASS_NONE, ACTION_COST_INSTANT, drop);
  return TRUE;
}
