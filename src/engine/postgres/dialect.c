/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in PostgreSQL's terms: a gate, the difference of the shapes, and rows that move.
 */
#include "config.h"

#include "engine/postgres/dialect.h"

#include "engine/postgres/difference.h"
#include "engine/postgres/image.h"
#include "engine/postgres/sql_text.h"
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
quote (const Dialect *dialect, const char *name)
{
  return postgres_identifier (dialect->arena, name);
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

/* What the images of rows are kept in.  NULL: the rows are not of the start, nothing has
 * to come back. */
static const char *
images_of (const Dialect *dialect, const char *const *columns)
{
  return step_shape_changes_start (dialect->shape, columns) ? pg_image_name (
             dialect->shape->id, dialect->shape->step->index, dialect->arena)
                                                            : NULL;
}

static Action *
add_fill (Dialect *dialect, PgFillKind kind, const char *images, const char *sql)
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

static const char *
quoted_list (const Dialect *dialect, const char *const *names)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", quote (dialect, names[i]));
  return arena_strdup (dialect->arena, text->str);
}

static PgFillKind
backfill_kind (const Dialect *dialect)
{
  const Backfill *backfill = &dialect->operation->backfill;
  g_autoptr (Arena) arena = arena_new ();
  BoundBackfill bound;

  if (backfill->lookup != NULL)
    return PG_FILL_LOOKUP;
  const Table *table = database_find (dialect->shape->before, dialect->operation->table);
  if (!bind_backfill (table, backfill, arena, &bound, NULL))
    return PG_FILL_COLUMNS;
  if (bound.sync != NULL)
    return PG_FILL_SYNC;
  return bound.transforms == NULL ? PG_FILL_DEFAULT : PG_FILL_COLUMNS;
}

static void
plan_backfill (Dialect *dialect)
{
  const Backfill *backfill = &dialect->operation->backfill;
  const char *from = backfill->lookup != NULL
                         ? quote_table (dialect, backfill->lookup->from_table)
                     : backfill->from != NULL ? quoted_list (dialect, backfill->from)
                                              : "its default";
  gboolean may_delete
      = backfill->lookup != NULL && backfill->lookup->missing == LOOKUP_MISSING_DELETE;

  add_fill (dialect, backfill_kind (dialect),
            images_of (dialect, may_delete ? NULL : backfill->columns),
            arena_printf (dialect->arena, "UPDATE %s SET %s from %s, chunk by chunk",
                          quote_table (dialect, dialect->operation->table),
                          quoted_list (dialect, backfill->columns), from));
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

static void
plan_create_rows (Dialect *dialect)
{
  const CreateTable *create = &dialect->operation->create_table;

  if (table_n_rows (create->table) > 0
      && database_find (dialect->shape->before, create->table->name) == NULL)
    add_fill (dialect, PG_FILL_INSERT, NULL,
              arena_printf (dialect->arena, "INSERT INTO %s the rows it begins with",
                            quote_table (dialect, create->table->name)));
}

/* The keys of other tables act on a row that is deleted: those rows would not come back.
 */
static gboolean
refuse_cascade (const Dialect *dialect, GError **error)
{
  const Database *shape = dialect->shape->before;

  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *key = table->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || !g_str_equal (key->references_table, dialect->operation->table)
              || key->on_delete == REFERENCE_NO_ACTION
              || key->on_delete == REFERENCE_RESTRICT)
            continue;
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                       "deleting rows of '%s' changes rows of '%s' by foreign key '%s', "
                       "and those could not be given back; delete or change the rows of "
                       "'%s' by a change of its own first, and drop the key's action",
                       dialect->operation->table, table->name, key->name, table->name);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
deletes_rows (const Operation *operation)
{
  if (operation->kind == OPERATION_DELETE_ROWS)
    return TRUE;
  return operation->kind == OPERATION_REPAIR
         && (operation->constraint.repairs.orphans == ORPHANS_DELETE
             || operation->constraint.repairs.duplicates != DUPLICATES_ERROR);
}

static void
plan_repair (Dialect *dialect)
{
  const Constraint *constraint = dialect->operation->constraint.constraint;
  PgFillKind kind = PG_FILL_SET;

  if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
    kind = PG_FILL_ORPHANS;
  else if (constraint->kind == CONSTRAINT_UNIQUE
           || constraint->kind == CONSTRAINT_PRIMARY_KEY)
    kind = PG_FILL_DUPLICATES;
  add_fill (dialect, kind, images_of (dialect, NULL),
            arena_printf (dialect->arena, "repair the rows of %s that break %s",
                          quote_table (dialect, dialect->operation->table),
                          constraint->name != NULL ? quote (dialect, constraint->name)
                                                   : "NOT NULL"));
}

static gboolean
plan_rows (Dialect *dialect, GError **error)
{
  const char *table = quote_table (dialect, dialect->operation->table);

  if (deletes_rows (dialect->operation) && !refuse_cascade (dialect, error))
    return FALSE;
  switch (dialect->operation->kind)
    {
    case OPERATION_BACKFILL:
      plan_backfill (dialect);
      return TRUE;
    case OPERATION_CREATE_TABLE:
      plan_create_rows (dialect);
      return TRUE;
    case OPERATION_COPY_ROWS:
      add_fill (dialect, PG_FILL_COPY, NULL,
                arena_printf (dialect->arena, "INSERT INTO %s from %s, chunk by chunk",
                              quote_table (dialect, dialect->operation->rename_table.to),
                              table));
      return TRUE;
    case OPERATION_INSERT_ROWS:
      add_fill (dialect, PG_FILL_INSERT, images_of (dialect, NULL),
                arena_printf (dialect->arena, "INSERT INTO %s the rows given", table));
      return TRUE;
    case OPERATION_UPDATE_ROWS:
      add_fill (dialect, PG_FILL_SET, images_of (dialect, NULL),
                arena_printf (dialect->arena, "UPDATE %s, chunk by chunk", table));
      return TRUE;
    case OPERATION_DELETE_ROWS:
      add_fill (dialect, PG_FILL_DELETE, images_of (dialect, NULL),
                arena_printf (dialect->arena, "DELETE FROM %s, chunk by chunk", table));
      return TRUE;
    case OPERATION_REPAIR:
      plan_repair (dialect);
      return TRUE;
    default:
      return TRUE;
    }
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

/* Types in place ---------------------------------------------------------------- */

/* A hand-written alter_column that changes what the cells are. */
static gboolean
refuse_cast (const Dialect *dialect, GError **error)
{
  const AlterColumn *alter = &dialect->operation->alter_column;
  const Table *table = database_find (dialect->shape->before, dialect->operation->table);

  if (dialect->operation->kind != OPERATION_ALTER_COLUMN || table == NULL)
    return TRUE;
  const Column *column = table_find_column (table, alter->column);
  if (column == NULL || !alter->has_type || type_spec_equal (&column->type, &alter->type)
      || type_widens (&column->type, &alter->type))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' cannot change from %s to %s in place while "
               "applications write it; use the change alter_column, which fills a new "
               "column and keeps both in step",
               column->name, table->name,
               type_spec_to_string (&column->type, dialect->arena),
               type_spec_to_string (&alter->type, dialect->arena));
  return FALSE;
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
  if (!refuse_cast (&dialect, error) || !refuse_move (&dialect, error))
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
  add_fill (dialect, PG_FILL_RESTORE, images,
            arena_printf (dialect->arena, "give back what the rows of %s were",
                          quote_table (dialect, dialect->operation->table)));
  add_own (dialect, NULL, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
           pg_image_drop_text (images, dialect->arena));
}

/* Columns that were dropped and are there again. */
static void
refill (Dialect *dialect)
{
  Action *action = add_fill (
      dialect, PG_FILL_REFILL, NULL,
      arena_printf (dialect->arena, "UPDATE %s SET %s from what is left",
                    quote_table (dialect, dialect->operation->table),
                    quoted_list (dialect, dialect->operation->drop_column.columns)));

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
