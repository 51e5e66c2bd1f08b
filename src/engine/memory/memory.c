/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory engine's session: tables, the way back, and what applications do.
 */
#include "config.h"

#include "engine/memory/memory.h"

#include "engine/memory/apply.h"
#include "engine/memory/unwind.h"
#include "engine/memory/verify.h"
#include "engine/memory/write.h"
#include "model/bind.h"
#include "model/error.h"

/* One step that was applied, known by both of its sides. */
typedef struct
{
  const Operation *operation;
  Database *before;
  Database *after;
} AppliedStep;

typedef struct
{
  EngineSession base;
  Arena *arena; /* what tables refer to; one of @arenas */
  GPtrArray
      *arenas; /* Arena **, in boxes: of this session and of those it was forked from */
  Arena *scratch;
  Database *database;
  GPtrArray *applied; /* AppliedStep *, in boxes, newest last */
  GPtrArray *undone; /* AppliedStep *: their rows are freed at the end, not in the undo */
  GPtrArray *notes;  /* const char *, NULL-ended */
} MemorySession;

static void
applied_step_clear (gpointer data)
{
  AppliedStep *applied = data;

  database_free (applied->before);
  database_free (applied->after);
}

static void
applied_step_release (gpointer data)
{
  g_rc_box_release_full (data, applied_step_clear);
}

static void
arena_clear (gpointer box)
{
  arena_free (*(Arena **) box);
}

static void
arena_release (gpointer box)
{
  g_rc_box_release_full (box, arena_clear);
}

static Arena *
add_arena (GPtrArray *arenas)
{
  Arena **box = g_rc_box_new0 (Arena *);

  *box = arena_new ();
  g_ptr_array_add (arenas, box);
  return *box;
}

static MemorySession *
session_new (Database *database)
{
  MemorySession *session = g_new0 (MemorySession, 1);

  session->base.engine = &engine_memory;
  session->arenas = g_ptr_array_new_with_free_func (arena_release);
  session->arena = add_arena (session->arenas);
  session->scratch = arena_new ();
  session->database = database;
  session->applied = g_ptr_array_new_with_free_func (applied_step_release);
  session->undone = g_ptr_array_new_with_free_func (applied_step_release);
  session->notes = g_ptr_array_new ();
  return session;
}

static void
memory_close (EngineSession *base)
{
  MemorySession *session = (MemorySession *) base;

  g_ptr_array_unref (session->applied);
  g_ptr_array_unref (session->undone);
  g_ptr_array_unref (session->notes);
  database_free (session->database);
  arena_free (session->scratch);
  g_ptr_array_unref (session->arenas);
  g_free (session);
}

static EngineSession *
memory_open (const Migration *migration, GError **error)
{
  if (!migration->rows_checked && !verify_database (migration->tables, NULL, error))
    {
      g_prefix_error (error, "the declared rows do not keep the declared constraints: ");
      return NULL;
    }
  MemorySession *session = session_new (database_copy (migration->tables));
  verify_notes (session->database, session->arena, session->notes);
  return &session->base;
}

void
memory_check_rows (Migration *migration, DiagnosticList *diagnostics)
{
  const GPtrArray *tables = migration->tables->tables;

  migration->rows_checked = TRUE;
  for (guint i = 0; i < tables->len; i++)
    {
      const Table *table = g_ptr_array_index (tables, i);
      g_autoptr (GError) error = NULL;
      if (verify_table (migration->tables, table, &error))
        continue;
      migration->rows_checked = FALSE;
      diagnostic_list_add (diagnostics, SEVERITY_ERROR, "rows", table->location,
                           "correct the rows, or declare the constraint as a change",
                           "the declared rows do not keep the declared constraints: %s",
                           error->message);
    }
}

EngineSession *
memory_fork (EngineSession *base)
{
  MemorySession *session = (MemorySession *) base;
  MemorySession *fork = session_new (database_copy (session->database));

  for (guint i = 0; i < session->arenas->len; i++)
    g_ptr_array_add (fork->arenas, g_rc_box_acquire (session->arenas->pdata[i]));
  for (guint i = 0; i < session->applied->len; i++)
    g_ptr_array_add (fork->applied, g_rc_box_acquire (session->applied->pdata[i]));
  return &fork->base;
}

const Database *
memory_database (EngineSession *base)
{
  return ((MemorySession *) base)->database;
}

static gboolean
is_noted (const GPtrArray *notes, const char *note)
{
  for (guint i = 0; i < notes->len; i++)
    if (g_str_equal (notes->pdata[i], note))
      return TRUE;
  return FALSE;
}

const char *const *
memory_notes (EngineSession *base)
{
  MemorySession *session = (MemorySession *) base;
  g_autoptr (GPtrArray) now = g_ptr_array_new ();

  verify_notes (session->database, session->arena, now);
  for (guint i = 0; i < now->len; i++)
    if (!is_noted (session->notes, now->pdata[i]))
      g_ptr_array_add (session->notes, now->pdata[i]);
  return arena_ptr_array (session->arena, session->notes);
}

/* Steps ------------------------------------------------------------------------ */

static void
memory_check (EngineSession *base, const MigrationPlan *plan, DiagnosticList *diagnostics)
{
  (void) base;
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      const char *obstacle = apply_obstacle (step->operation);
      if (obstacle == NULL || !operation_runs_on (step->operation, "memory"))
        continue;
      diagnostic_list_add (diagnostics, SEVERITY_ERROR, "memory", step->location,
                           "run it against a database, or limit the step with 'engines:'",
                           "step %u (%s) cannot run in memory: %s", step->index,
                           step->description, obstacle);
    }
}

static void
remember (MemorySession *session, const Operation *operation, Database *before)
{
  AppliedStep *applied = g_rc_box_new0 (AppliedStep);

  applied->operation = operation;
  applied->before = before;
  applied->after = database_copy (session->database);
  g_ptr_array_add (session->applied, applied);
}

static gboolean
memory_apply (EngineSession *base, const MigrationStep *step, GError **error)
{
  MemorySession *session = (MemorySession *) base;
  g_autoptr (Database) before = database_copy (session->database);
  Writer writer;

  arena_reset (session->scratch);
  writer_init (&writer, session->database, session->scratch);
  gboolean done
      = apply_operation (&writer, step->operation, before, session->arena, error);
  writer_clear (&writer);
  if (!done)
    {
      database_free (session->database);
      session->database = g_steal_pointer (&before);
      return FALSE;
    }
  remember (session, step->operation, g_steal_pointer (&before));
  return TRUE;
}

static gboolean
memory_undo (EngineSession *base, const MigrationStep *step, GError **error)
{
  MemorySession *session = (MemorySession *) base;

  (void) step;
  g_return_val_if_fail (session->applied->len > 0, FALSE);
  const AppliedStep *applied = session->applied->pdata[session->applied->len - 1];
  if (!unwind_step (applied->before, applied->after, applied->operation,
                    &session->database, error))
    return FALSE;
  g_ptr_array_add (session->undone,
                   g_ptr_array_steal_index (session->applied, session->applied->len - 1));
  return TRUE;
}

static Database *
memory_snapshot (EngineSession *base, GError **error)
{
  (void) error;
  return database_copy (((MemorySession *) base)->database);
}

/* Applications ------------------------------------------------------------------ */

/* One write, all or nothing. */
typedef struct
{
  MemorySession *session;
  Database *before;
  Writer writer;
  Table *table;
} Transaction;

static gboolean
transaction_begin (Transaction *transaction, EngineSession *base, const char *table,
                   GError **error)
{
  MemorySession *session = (MemorySession *) base;

  transaction->session = session;
  transaction->before = database_copy (session->database);
  writer_init (&transaction->writer, session->database, session->scratch);
  transaction->table = bind_table (session->database, table, error);
  arena_reset (session->scratch);
  return transaction->table != NULL;
}

static gboolean
transaction_end (Transaction *transaction, gboolean done, GError **error)
{
  MemorySession *session = transaction->session;

  if (done)
    writer_finish (&transaction->writer);
  writer_clear (&transaction->writer);
  if (done && verify_database (session->database, transaction->before, error))
    {
      database_free (transaction->before);
      return TRUE;
    }
  database_free (session->database);
  session->database = transaction->before;
  return FALSE;
}

static gboolean
put_values (const Table *table, const char *const *columns, const Value *values,
            Value *row, gboolean *given, GError **error)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint index;
      if (!bind_column (table, columns[i], &index, error))
        return FALSE;
      if (!type_check (&table_column (table, index)->type, &values[i], error))
        {
          g_prefix_error (error, "column '%s' of '%s': ", columns[i], table->name);
          return FALSE;
        }
      row[index] = values[i];
      if (given != NULL)
        given[index] = TRUE;
    }
  return TRUE;
}

gboolean
memory_insert (EngineSession *base, const char *table, const char *const *columns,
               const Value *values, gint64 *row_id, GError **error)
{
  Transaction transaction;
  gboolean done = transaction_begin (&transaction, base, table, error);

  if (done)
    {
      guint n = table_n_columns (transaction.table);
      Value *row = arena_new_array (transaction.writer.scratch, Value, n + 1);
      gboolean *given = arena_new_array (transaction.writer.scratch, gboolean, n + 1);
      done = put_values (transaction.table, columns, values, row, given, error)
             && write_insert (&transaction.writer, transaction.table, row, given, row_id,
                              error);
    }
  return transaction_end (&transaction, done, error);
}

static gboolean
find_row (const Table *table, gint64 row_id, gsize *row, GError **error)
{
  if (table_find_row (table, row_id, row))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "the row is no longer in '%s'",
               table->name);
  return FALSE;
}

gboolean
memory_update (EngineSession *base, const char *table, gint64 row_id,
               const char *const *columns, const Value *values, GError **error)
{
  Transaction transaction;
  gsize row;
  gboolean done = transaction_begin (&transaction, base, table, error)
                  && find_row (transaction.table, row_id, &row, error);

  if (done)
    {
      Value *changed
          = write_read_row (transaction.table, row, transaction.writer.scratch);
      done
          = put_values (transaction.table, columns, values, changed, NULL, error)
            && write_update (&transaction.writer, transaction.table, row, changed, error);
    }
  return transaction_end (&transaction, done, error);
}

gboolean
memory_delete (EngineSession *base, const char *table, gint64 row_id, GError **error)
{
  Transaction transaction;
  gsize row;
  gboolean done = transaction_begin (&transaction, base, table, error)
                  && find_row (transaction.table, row_id, &row, error)
                  && write_delete (&transaction.writer, transaction.table, row, error);

  return transaction_end (&transaction, done, error);
}

gboolean
memory_select (EngineSession *base, const char *table, gint64 row_id,
               const char *const *columns, Value *values, GError **error)
{
  MemorySession *session = (MemorySession *) base;
  const Table *found = bind_table (session->database, table, error);
  gsize row;

  if (found == NULL || !find_row (found, row_id, &row, error))
    return FALSE;
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint index;
      if (!bind_column (found, columns[i], &index, error))
        return FALSE;
      values[i] = table_cell (found, row, index);
    }
  return TRUE;
}

const Engine engine_memory = {
  .name = "memory",
  .open = memory_open,
  .close = memory_close,
  .check = memory_check,
  .apply = memory_apply,
  .undo = memory_undo,
  .snapshot = memory_snapshot,
};
