/* SPDX-License-Identifier: Apache-2.0
 *
 * Operations as moves of rows.
 */
#include "config.h"

#include "engine/sql/row_move.h"

#include "model/bind.h"
#include "model/error.h"

typedef struct
{
  const StepShape *shape;
  const Operation *operation;
  const SqlWords *words;
  Arena *arena;
  RowMove *move;
} Writer;

const char *
row_move_names (const SqlWords *words, const char *const *names, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            words->identifier (arena, names[i]));
  return arena_strdup (arena, text->str);
}

/* @columns: that are set; NULL: rows come or go */
static void
set_move (Writer *writer, FillKind kind, const char *const *columns, const char *text)
{
  *writer->move = (RowMove){ .kind = kind,
                             .keeps = step_shape_changes_start (writer->shape, columns),
                             .text = text };
}

/* Backfills --------------------------------------------------------------------- */

static gboolean
may_delete (const Backfill *backfill)
{
  return backfill->lookup != NULL && backfill->lookup->missing == LOOKUP_MISSING_DELETE;
}

static FillKind
backfill_kind (const Writer *writer)
{
  const Backfill *backfill = &writer->operation->backfill;
  g_autoptr (Arena) arena = arena_new ();
  BoundBackfill bound;

  if (backfill->lookup != NULL)
    return FILL_LOOKUP;
  const Table *table = database_find (writer->shape->before, writer->operation->table);
  if (!bind_backfill (table, backfill, arena, &bound, NULL))
    return FILL_COLUMNS;
  if (bound.sync != NULL)
    return FILL_SYNC;
  return bound.transforms == NULL ? FILL_DEFAULT : FILL_COLUMNS;
}

static const char *
backfill_source (const Writer *writer, FillKind kind)
{
  const Backfill *backfill = &writer->operation->backfill;

  if (kind == FILL_LOOKUP)
    return writer->words->table (writer->arena, backfill->lookup->from_table);
  if (backfill->from != NULL)
    return row_move_names (writer->words, backfill->from, writer->arena);
  return kind == FILL_DEFAULT ? "its default" : "the value given";
}

static void
move_backfill (Writer *writer, const char *table)
{
  const Backfill *backfill = &writer->operation->backfill;
  FillKind kind = backfill_kind (writer);

  set_move (
      writer, kind, may_delete (backfill) ? NULL : backfill->columns,
      arena_printf (writer->arena, "UPDATE %s SET %s from %s, chunk by chunk", table,
                    row_move_names (writer->words, backfill->columns, writer->arena),
                    backfill_source (writer, kind)));
}

/* Rows of a table --------------------------------------------------------------- */

/* A table that is not there before has no rows that could come back. */
static void
move_first_rows (Writer *writer)
{
  const Table *table = writer->operation->create_table.table;

  if (table_n_rows (table) == 0
      || database_find (writer->shape->before, table->name) != NULL)
    return;
  *writer->move = (RowMove){
    .kind = FILL_INSERT,
    .text = arena_printf (writer->arena, "INSERT INTO %s the rows it begins with",
                          writer->words->table (writer->arena, table->name)),
  };
}

static void
move_copy (Writer *writer, const char *table)
{
  const char *to = writer->operation->rename_table.to;

  *writer->move = (RowMove){
    .kind = FILL_COPY,
    .text = arena_printf (writer->arena, "INSERT INTO %s from %s, chunk by chunk",
                          writer->words->table (writer->arena, to), table),
  };
}

static void
move_repaired (Writer *writer, const char *table)
{
  const Constraint *constraint = writer->operation->constraint.constraint;
  const char *broken = constraint->name != NULL
                           ? writer->words->identifier (writer->arena, constraint->name)
                           : "NOT NULL";
  FillKind kind = FILL_SET;

  if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
    kind = FILL_ORPHANS;
  else if (constraint->kind == CONSTRAINT_UNIQUE
           || constraint->kind == CONSTRAINT_PRIMARY_KEY)
    kind = FILL_DUPLICATES;
  set_move (
      writer, kind, NULL,
      arena_printf (writer->arena, "repair the rows of %s that break %s", table, broken));
}

static gboolean
deletes_rows (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_DELETE_ROWS:
      return TRUE;
    case OPERATION_BACKFILL:
      return may_delete (&operation->backfill);
    case OPERATION_REPAIR:
      return operation->constraint.repairs.orphans == ORPHANS_DELETE
             || operation->constraint.repairs.duplicates != DUPLICATES_ERROR;
    default:
      return FALSE;
    }
}

/* Whether deleting a row of @name changes rows of others. */
static gboolean
acts_on_rows (const Constraint *key, const char *name)
{
  return key->kind == CONSTRAINT_FOREIGN_KEY && g_str_equal (key->references_table, name)
         && key->on_delete != REFERENCE_NO_ACTION && key->on_delete != REFERENCE_RESTRICT;
}

gboolean
row_move_check_cascade (const StepShape *shape, GError **error)
{
  const char *name = shape->step->operation->table;

  for (guint i = 0; i < shape->before->tables->len; i++)
    {
      const Table *table = shape->before->tables->pdata[i];
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *key = table->constraints->pdata[j];
          if (!acts_on_rows (key, name))
            continue;
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                       "deleting rows of '%s' changes rows of '%s' by foreign key '%s', "
                       "and those could not be given back; delete or change the rows of "
                       "'%s' by a change of its own first, and drop the key's action",
                       name, table->name, key->name, table->name);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
row_move_of (const StepShape *shape, const SqlWords *words, Arena *arena, RowMove *move,
             GError **error)
{
  Writer writer = { .shape = shape,
                    .operation = shape->step->operation,
                    .words = words,
                    .arena = arena,
                    .move = move };
  const char *table = words->table (arena, writer.operation->table);

  *move = (RowMove){ .text = NULL };
  if (deletes_rows (writer.operation) && !row_move_check_cascade (shape, error))
    return FALSE;
  switch (writer.operation->kind)
    {
    case OPERATION_BACKFILL:
      move_backfill (&writer, table);
      return TRUE;
    case OPERATION_CREATE_TABLE:
      move_first_rows (&writer);
      return TRUE;
    case OPERATION_COPY_ROWS:
      move_copy (&writer, table);
      return TRUE;
    case OPERATION_INSERT_ROWS:
      set_move (&writer, FILL_INSERT, NULL,
                arena_printf (arena, "INSERT INTO %s the rows given", table));
      return TRUE;
    case OPERATION_UPDATE_ROWS:
      set_move (&writer, FILL_SET, NULL,
                arena_printf (arena, "UPDATE %s, chunk by chunk", table));
      return TRUE;
    case OPERATION_DELETE_ROWS:
      set_move (&writer, FILL_DELETE, NULL,
                arena_printf (arena, "DELETE FROM %s, chunk by chunk", table));
      return TRUE;
    case OPERATION_REPAIR:
      move_repaired (&writer, table);
      return TRUE;
    default:
      return TRUE;
    }
}
