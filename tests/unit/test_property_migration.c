/* SPDX-License-Identifier: Apache-2.0
 *
 * What holds for every migration: random ones are run, failed at every step, written to
 * between steps, aborted and continued.
 *
 * ZDM_SEED repeats a run, ZDM_PROPERTY_RUNS makes it longer.  A case that fails is
 * printed with its seed, so that ZDM_SEED=… ZDM_PROPERTY_RUNS=1 is that case alone.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "engine/memory/memory.h"
#include "load/load.h"
#include "model/error.h"
#include "planner/planner.h"
#include "random_migration.h"
#include "runner/executor.h"
#include "testing.h"

#define DEFAULT_RUNS 150

static guint64
number_from_environment (const char *name, guint64 otherwise)
{
  const char *text = g_getenv (name);

  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

/* A case ----------------------------------------------------------------------- */

/* One row as applications know it. */
typedef struct
{
  gint64 row_id;
  gboolean is_deleted;               /* by a client */
  gboolean *knows_start, *knows_end; /* one a Logical */
  Value *start, *end;
} ModelRow;

typedef struct
{
  guint32 seed;
  GRand *rand;
  RandomMigration *random;
  Migration *migration;
  MigrationPlan *plan;
  EngineSession *session;
  guint n_done;
  Database *start;
  GPtrArray *rows; /* ModelRow * */
  Arena *arena;
  gint64 next_id;
  GString *log; /* what was written, for whoever has to find the fault */
} Case;

#define FAIL(it, ...)                                                   \
  do                                                                    \
    {                                                                   \
      g_autofree char *what = g_strdup_printf (__VA_ARGS__);            \
      ck_abort_msg ("%s\nZDM_SEED=%u\nid: T-1\n%s%s", what, (it)->seed, \
                    (it)->random->yaml->str, (it)->log->str);           \
    }                                                                   \
  while (0)

static gboolean
case_load (Case *it)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autofree char *text = g_strconcat ("id: T-1\n", it->random->yaml->str, NULL);

  it->migration = load_bytes ("t.yaml", text, strlen (text), diagnostics);
  if (it->migration != NULL)
    it->plan = planner_plan (it->migration, diagnostics);
  if (it->plan == NULL && g_getenv ("ZDM_PROPERTY_VERBOSE") != NULL)
    for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
      g_printerr ("%u: %s\n", it->seed, diagnostic_list_get (diagnostics, i)->message);
  return it->plan != NULL;
}

static gboolean
case_begin (Case *it, guint32 seed)
{
  *it = (Case){ .seed = seed, .next_id = 5000 };
  it->rand = g_rand_new_with_seed (seed);
  it->random = random_migration_new (it->rand);
  it->arena = arena_new ();
  it->log = g_string_new (NULL);
  it->rows = g_ptr_array_new ();
  if (!case_load (it))
    return FALSE;
  it->session = engine_open (&engine_memory, it->migration, NULL);
  ck_assert_ptr_nonnull (it->session);
  it->start = engine_snapshot (it->session, NULL);
  return TRUE;
}

static void
case_end (Case *it)
{
  database_free (it->start);
  engine_close (it->session);
  migration_plan_free (it->plan);
  migration_free (it->migration);
  random_migration_free (it->random);
  g_ptr_array_unref (it->rows);
  g_string_free (it->log, TRUE);
  arena_free (it->arena);
  g_rand_free (it->rand);
}

static const Database *
now (const Case *it)
{
  return memory_database (it->session);
}

/* Runs by the executor, nothing written meanwhile ------------------------------- */

typedef struct
{
  EngineSession *session;
  MigrationPlan *plan;
  MigrationExecutor *executor;
  ExecutionOutcome outcome;
} Run;

static Run
run_with (const Case *it, guint fail_at)
{
  ExecutionOptions options = { .fail_at = fail_at };
  GError *error = NULL;
  Run run = { .session = engine_open (&engine_memory, it->migration, NULL) };

  run.plan = migration_plan_fresh (it->plan);
  run.executor = migration_executor_new (run.plan, run.session, &options);
  run.outcome = migration_executor_run (run.executor, &error);
  if (run.outcome == EXECUTION_STUCK)
    FAIL (it, "stuck: %s", error->message);
  g_clear_error (&error);
  return run;
}

static void
run_end (Run *run)
{
  migration_executor_free (run->executor);
  migration_plan_free (run->plan);
  engine_close (run->session);
}

static void
must_equal (const Case *it, const Database *actual, const Database *expected,
            const char *when)
{
  g_autofree char *difference = database_difference (actual, expected);

  if (difference != NULL)
    FAIL (it, "%s: %s", when, difference);
}

static void
must_be_rolled_back (const Case *it, const Run *run, const char *when)
{
  guint n_executed = 0, n_undone = 0;

  must_equal (it, memory_database (run->session), it->start, when);
  for (guint i = 0; i < migration_plan_n_steps (run->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (run->plan, i);
      n_executed += step->executed ? 1 : 0;
      if (step->executed != step->rolled_back)
        FAIL (it, "%s: step %u is not rolled back", when, step->index);
    }
  for (guint i = 0; i < run->executor->history->len; i++)
    {
      const HistoryEntry *entry = run->executor->history->pdata[i];
      n_undone += g_str_equal (entry->phase, "ROLLBACK") ? 1 : 0;
    }
  if (n_undone != n_executed || run->plan->phase != MIGRATION_PHASE_ROLLED_BACK
      || migration_plan_progress (run->plan) != 0)
    FAIL (it, "%s: the history or the phase is wrong", when);
}

/* Returns: whether it runs to its end */
static gboolean
check_runs (const Case *it)
{
  Run first = run_with (it, 0), second = run_with (it, 0);
  gboolean completes = first.outcome == EXECUTION_COMPLETE;

  if (first.outcome != second.outcome)
    FAIL (it, "a second run ends otherwise");
  must_equal (it, memory_database (second.session), memory_database (first.session),
              "a second run");
  if (!completes)
    must_be_rolled_back (it, &first, "after a failure of its own");
  run_end (&first);
  run_end (&second);
  for (guint i = 1; i <= migration_plan_n_steps (it->plan); i++)
    {
      Run run = run_with (it, i);
      must_be_rolled_back (it, &run, "after a fault");
      run_end (&run);
    }
  return completes;
}

/* Step by step ------------------------------------------------------------------ */

/* Whether some value cannot be carried over: then the mirror is null and the gate's. */
static gboolean
row_converts (const Table *table, const Sync *sync, gsize row)
{
  g_autoptr (Arena) arena = arena_new ();
  guint n = g_strv_length ((char **) sync->old_columns);
  Value *olds = arena_new_array (arena, Value, n + 1), made;

  for (guint i = 0; i < n; i++)
    {
      guint index;
      ck_assert (table_column_index (table, sync->old_columns[i], &index));
      olds[i] = table_cell (table, row, index);
    }
  for (guint i = 0; sync->new_columns[i] != NULL; i++)
    if (!bound_transform_apply (sync->forward[i], olds, arena, &made, NULL))
      return FALSE;
  return TRUE;
}

static void
must_be_in_step (const Case *it, const Table *table, const Sync *sync)
{
  gsize first = 0;

  if (sync->mode == SYNC_ON_INSERT || memory_out_of_step (table, sync, &first) == 0)
    return;
  if (row_converts (table, sync, first))
    FAIL (it, "row %u of '%s' is out of step ('%s' of '%s') after %u steps",
          (guint) first + 1, table->name, sync->new_columns[0], sync->old_columns[0],
          it->n_done);
}

static gboolean
is_migrated (const Case *it)
{
  return it->n_done
         >= migration_plan_steps_before (it->plan, MIGRATION_PHASE_CONTRACTING);
}

static void
check_syncs (const Case *it)
{
  const Database *database = now (it);

  for (guint i = 0; is_migrated (it) && i < database->tables->len; i++)
    {
      const Table *table = database->tables->pdata[i];
      for (guint j = 0; j < table->syncs->len; j++)
        must_be_in_step (it, table, table->syncs->pdata[j]);
    }
}

static gboolean
step_forward (Case *it)
{
  g_autoptr (GError) error = NULL;

  if (engine_apply (it->session, migration_plan_step (it->plan, it->n_done), &error))
    {
      it->n_done++;
      check_syncs (it);
      return TRUE;
    }
  if (error->code != ZDM_ERROR_GATE && error->code != ZDM_ERROR_CONSTRAINT
      && error->code != ZDM_ERROR_CONVERSION)
    FAIL (it, "step %u: %s", it->n_done + 1, error->message);
  return FALSE;
}

static void
step_back (Case *it)
{
  g_autoptr (GError) error = NULL;

  if (!engine_undo (it->session, migration_plan_step (it->plan, it->n_done - 1), &error))
    FAIL (it, "step %u cannot be undone: %s", it->n_done, error->message);
  it->n_done--;
}

/* Without writes the very same vectors come back. */
static void
must_be_the_same_vectors (const Case *it)
{
  for (guint i = 0; i < it->start->tables->len; i++)
    {
      const Table *was = it->start->tables->pdata[i], *is = now (it)->tables->pdata[i];
      for (guint j = 0; j < was->vectors->len; j++)
        if (was->vectors->pdata[j] != is->vectors->pdata[j])
          FAIL (it, "column %u of '%s' is another vector", j + 1, was->name);
    }
}

static void
check_prefix (Case *it)
{
  guint n = (guint) g_rand_int_range (it->rand, 0,
                                      (gint32) migration_plan_n_steps (it->plan) + 1);

  while (it->n_done < n && step_forward (it))
    ;
  while (it->n_done > 0)
    step_back (it);
  must_equal (it, now (it), it->start, "back from a prefix");
  must_be_the_same_vectors (it);
}

/* Applications ------------------------------------------------------------------ */

static guint
n_logicals (const Case *it)
{
  return it->random->logicals->len;
}

static const Logical *
logical_at (const Case *it, guint index)
{
  return it->random->logicals->pdata[index];
}

static ModelRow *
add_model_row (Case *it, gint64 row_id)
{
  ModelRow *row = arena_new0 (it->arena, ModelRow);

  row->row_id = row_id;
  row->knows_start = arena_new_array (it->arena, gboolean, n_logicals (it) + 1);
  row->knows_end = arena_new_array (it->arena, gboolean, n_logicals (it) + 1);
  row->start = arena_new_array (it->arena, Value, n_logicals (it) + 1);
  row->end = arena_new_array (it->arena, Value, n_logicals (it) + 1);
  g_ptr_array_add (it->rows, row);
  return row;
}

static void
know_start (ModelRow *row, const Logical *logical, guint index, Value value)
{
  row->start[index] = row->end[index] = value;
  row->knows_start[index] = TRUE;
  row->knows_end[index] = logical->is_exact && logical->end != NULL;
}

static void
know_end (ModelRow *row, const Logical *logical, guint index, Value value)
{
  row->start[index] = row->end[index] = value;
  row->knows_end[index] = TRUE;
  row->knows_start[index] = logical->is_exact && logical->start != NULL;
}

static void
read_start (Case *it)
{
  const Table *table = database_find (it->start, "t");

  for (gsize i = 0; i < table_n_rows (table); i++)
    {
      ModelRow *row = add_model_row (it, table_row_id (table, i));
      for (guint j = 0; j < n_logicals (it); j++)
        {
          guint index;
          if (logical_at (it, j)->start == NULL)
            continue;
          ck_assert (table_column_index (table, logical_at (it, j)->start, &index));
          know_start (row, logical_at (it, j), j, table_cell (table, i, index));
        }
    }
}

/* One write: what is written under which name. */
typedef struct
{
  const char *names[17];
  Value values[17];
  guint logicals[16];
  guint n;
  gboolean is_old; /* by the application from before the migration */
} Draft;

static Value
random_value (Case *it, const Logical *logical, gboolean is_old)
{
  const Table *table = database_find (now (it), "t") != NULL
                           ? database_find (now (it), "t")
                           : database_find (now (it), it->random->end_table);
  const Column *column
      = table_find_column (table, is_old ? logical->start : logical->end);

  /* The old application knows what was required when it was written. */
  if (g_rand_int_range (it->rand, 0, 100) < 15 && !(is_old && logical->is_required))
    return VALUE_NULL_INIT;
  if (column_value_kind (column) == VALUE_TEXT)
    return value_string (random_text (it->rand));
  return value_integer (random_number (it->rand));
}

static const Table *
the_table (const Case *it)
{
  const Table *table = database_find (now (it), "t");

  return table != NULL ? table : database_find (now (it), it->random->end_table);
}

/* The column's name for the application, when it may write it at this boundary.  Where a
 * column has another type under the same name, the old application has it until contract
 * begins and the new one when the migration is over. */
static const char *
name_for (const Case *it, const Logical *logical, gboolean is_old)
{
  const char *name = is_old ? logical->start : logical->end;

  if (!is_old && logical->is_same_name && it->n_done != migration_plan_n_steps (it->plan))
    return NULL;
  return name != NULL && table_find_column (the_table (it), name) != NULL ? name : NULL;
}

/* Whether the row has the value already: writing it again is no write to a sync. */
static gboolean
has_already (const Case *it, const ModelRow *row, const char *name, const Value *value)
{
  const char *const names[] = { name, NULL };
  Value cell;

  return memory_select (it->session, the_table (it)->name, row->row_id, names, &cell,
                        NULL)
         && value_equal (&cell, value);
}

/* Whether the other side of its group is in the draft: of two that say different things
 * one has to win, which is no loss. */
static gboolean
contradicts (const Case *it, const Draft *draft, const Logical *logical)
{
  for (guint i = 0; i < draft->n; i++)
    {
      const Logical *other = logical_at (it, draft->logicals[i]);
      if (logical->group != 0 && other->group == logical->group
          && (other->start == NULL) != (logical->start == NULL))
        return TRUE;
    }
  return FALSE;
}

/* @row: NULL for an insert, where a null is a value that was not given */
static void
draft_columns (Case *it, Draft *draft, int percent, const ModelRow *row)
{
  for (guint i = 0; i < n_logicals (it) && draft->n < 15; i++)
    {
      const Logical *logical = logical_at (it, i);
      const char *name = name_for (it, logical, draft->is_old);
      if (name == NULL || contradicts (it, draft, logical)
          || g_rand_int_range (it->rand, 0, 100) >= percent)
        continue;
      draft->names[draft->n] = name;
      draft->values[draft->n] = random_value (it, logical, draft->is_old);
      if (row == NULL ? value_is_null (&draft->values[draft->n])
                      : has_already (it, row, name, &draft->values[draft->n]))
        continue;
      draft->logicals[draft->n++] = i;
    }
}

/* What others of the group hold is another matter from now on. */
static void
forget_group (const Case *it, ModelRow *row, const Logical *written)
{
  for (guint i = 0; i < n_logicals (it); i++)
    if (written->group != 0 && logical_at (it, i)->group == written->group)
      row->knows_start[i] = row->knows_end[i] = FALSE;
}

static void
learn (Case *it, ModelRow *row, const Draft *draft)
{
  for (guint i = 0; i < draft->n; i++)
    {
      const Logical *logical = logical_at (it, draft->logicals[i]);
      Value cell;
      const char *const names[] = { draft->names[i], NULL };
      forget_group (it, row, logical);
      /* What was acknowledged is there at once. */
      if (!memory_select (it->session, the_table (it)->name, row->row_id, names, &cell,
                          NULL)
          || !value_equal (&cell, &draft->values[i]))
        FAIL (it, "'%s' does not hold what was just written", draft->names[i]);
    }
  for (guint i = 0; i < draft->n; i++)
    {
      const Logical *logical = logical_at (it, draft->logicals[i]);
      (draft->is_old ? know_start : know_end) (row, logical, draft->logicals[i],
                                               draft->values[i]);
    }
}

static void
log_write (Case *it, const char *verb, gint64 row_id, const Draft *draft, gboolean done)
{
  g_autoptr (Arena) arena = arena_new ();

  g_string_append_printf (it->log, "# after %u: %s %s %" G_GINT64_FORMAT, it->n_done,
                          draft->is_old ? "old" : "new", verb, row_id);
  for (guint i = 0; i < draft->n; i++)
    {
      TypeSpec type
          = { .base = draft->values[i].kind == VALUE_INTEGER ? COLUMN_TYPE_BIGINT
                                                             : COLUMN_TYPE_TEXT };
      g_string_append_printf (it->log, " %s=%s", draft->names[i],
                              type_format (&type, &draft->values[i], arena));
    }
  g_string_append (it->log, done ? "\n" : " (refused)\n");
}

static void
client_insert (Case *it, Draft *draft)
{
  gint64 row_id = 0;

  draft_columns (it, draft, 70, NULL);
  draft->names[draft->n]
      = table_find_column (the_table (it), "id") != NULL ? "id" : it->random->end_key;
  draft->values[draft->n] = value_integer (it->next_id++);
  draft->names[draft->n + 1] = NULL;
  gboolean done = memory_insert (it->session, the_table (it)->name, draft->names,
                                 draft->values, &row_id, NULL);
  log_write (it, "inserts", row_id, draft, done);
  if (done)
    learn (it, add_model_row (it, row_id), draft);
}

static ModelRow *
pick_row (Case *it)
{
  gsize ignored;

  for (guint tries = 0; it->rows->len > 0 && tries < 5; tries++)
    {
      ModelRow *row
          = it->rows->pdata[g_rand_int_range (it->rand, 0, (gint32) it->rows->len)];
      if (!row->is_deleted && table_find_row (the_table (it), row->row_id, &ignored))
        return row;
    }
  return NULL;
}

static void
client_update (Case *it, Draft *draft)
{
  ModelRow *row = pick_row (it);

  if (row == NULL)
    return;
  draft_columns (it, draft, 40, row);
  draft->names[draft->n] = NULL;
  gboolean done = memory_update (it->session, the_table (it)->name, row->row_id,
                                 draft->names, draft->values, NULL);
  log_write (it, "updates", row->row_id, draft, done);
  if (done)
    learn (it, row, draft);
}

static void
client_delete (Case *it, Draft *draft)
{
  ModelRow *row = pick_row (it);

  if (row == NULL)
    return;
  row->is_deleted = memory_delete (it->session, the_table (it)->name, row->row_id, NULL);
  log_write (it, "deletes", row->row_id, draft, row->is_deleted);
}

/* Somebody writes to the table that columns are filled from, and that refers to ours. */
static void
write_source (Case *it)
{
  const char *const names[] = { "tag", "n", "t_id", NULL };
  ModelRow *parent = pick_row (it);
  const char *key
      = table_find_column (the_table (it), "id") != NULL ? "id" : it->random->end_key;
  const char *const keys[] = { key, NULL };
  Value values[]
      = { value_string (random_text (it->rand)), value_integer (4), VALUE_NULL_INIT };

  if (parent != NULL)
    ck_assert (memory_select (it->session, the_table (it)->name, parent->row_id, keys,
                              &values[2], NULL));
  ck_assert (memory_insert (it->session, "u", names, values, NULL, NULL));
}

static void
write_something (Case *it)
{
  guint expanded = migration_plan_steps_before (it->plan, MIGRATION_PHASE_MIGRATING);
  guint migrated = migration_plan_steps_before (it->plan, MIGRATION_PHASE_CONTRACTING);
  gboolean may_be_old = it->n_done <= migrated, may_be_new = it->n_done >= expanded;
  Draft draft = { .is_old = may_be_old && (!may_be_new || g_rand_boolean (it->rand)) };

  switch (g_rand_int_range (it->rand, 0, 6))
    {
    case 0:
    case 1:
      client_insert (it, &draft);
      break;
    case 2:
    case 3:
      client_update (it, &draft);
      break;
    case 4:
      client_delete (it, &draft);
      break;
    default:
      write_source (it);
    }
  check_syncs (it);
}

static void
write_some (Case *it)
{
  for (int i = g_rand_int_range (it->rand, 0, 4); i > 0; i--)
    write_something (it);
}

/* What is expected at either end ------------------------------------------------- */

static void
must_hold (const Case *it, const Table *table, gsize row, const char *name,
           const Value *want, const char *when)
{
  g_autoptr (Arena) arena = arena_new ();
  guint index;

  if (!table_column_index (table, name, &index))
    FAIL (it, "%s: column '%s' is gone", when, name);
  Value have = table_cell (table, row, index);
  if (value_equal (&have, want))
    return;
  const TypeSpec *type = &table_column (table, index)->type;
  FAIL (it, "%s: row %" G_GINT64_FORMAT ": '%s' is '%s', expected '%s'", when,
        table_row_id (table, row), name, type_format (type, &have, arena),
        type_format (type, want, arena));
}

static void
check_aborted (const Case *it)
{
  const Table *table = database_find (now (it), "t");
  const Table *start = database_find (it->start, "t");
  gsize n_expected = 0, row;

  for (guint i = 0; i < it->rows->len; i++)
    {
      const ModelRow *model = it->rows->pdata[i];
      gboolean is_there = table_find_row (table, model->row_id, &row);
      if (is_there == model->is_deleted)
        FAIL (it, "aborted: row %" G_GINT64_FORMAT " is %s", model->row_id,
              is_there ? "back" : "lost");
      n_expected += is_there ? 1 : 0;
      for (guint j = 0; is_there && j < n_logicals (it); j++)
        if (model->knows_start[j])
          must_hold (it, table, row, logical_at (it, j)->start, &model->start[j],
                     "aborted");
    }
  if (table_n_rows (table) != n_expected)
    FAIL (it, "aborted: there are rows that no application wrote");
  if (table->syncs->len > 0 || table->columns->len != start->columns->len
      || table->constraints->len != start->constraints->len)
    FAIL (it, "aborted: the shape is not that of the start");
}

static void
check_completed (const Case *it)
{
  const Table *table = database_find (now (it), it->random->end_table);
  gsize row;

  for (guint i = 0; i < it->rows->len; i++)
    {
      const ModelRow *model = it->rows->pdata[i];
      gboolean is_there = table_find_row (table, model->row_id, &row);
      if (is_there ? model->is_deleted : !model->is_deleted && !it->random->may_delete)
        FAIL (it, "completed: row %" G_GINT64_FORMAT " is %s", model->row_id,
              is_there ? "back" : "lost");
      for (guint j = 0; is_there && j < n_logicals (it); j++)
        if (model->knows_end[j] && !logical_at (it, j)->is_rewritten)
          must_hold (it, table, row, logical_at (it, j)->end, &model->end[j],
                     "completed");
    }
}

/* Writes at every boundary; an abort from a fork at each of them, too. */
static void
check_writes (Case *it)
{
  read_start (it);
  write_some (it);
  while (it->n_done < migration_plan_n_steps (it->plan))
    {
      EngineSession *session = it->session;
      guint n_done = it->n_done;
      it->session = memory_fork (session);
      while (it->n_done > 0)
        step_back (it);
      check_aborted (it);
      engine_close (it->session);
      it->session = session;
      it->n_done = n_done;
      if (!step_forward (it))
        break;
      write_some (it);
    }
  if (it->n_done == migration_plan_n_steps (it->plan))
    check_completed (it);
  while (it->n_done > 0)
    step_back (it);
  check_aborted (it);
}

/* All of it ---------------------------------------------------------------------- */

/* Returns: whether the case was one */
static gboolean
check_case (guint32 seed)
{
  Case it;
  gboolean is_valid = case_begin (&it, seed);

  if (is_valid)
    {
      check_runs (&it);
      check_prefix (&it);
      check_writes (&it);
    }
  case_end (&it);
  return is_valid;
}

TEST (migration__keeps_its_promises_whatever_it_is)
{
  guint32 seed = (guint32) number_from_environment ("ZDM_SEED", g_random_int ());
  guint64 n_runs = number_from_environment ("ZDM_PROPERTY_RUNS", DEFAULT_RUNS);
  guint64 n_valid = 0;

  g_printerr ("# ZDM_SEED=%u\n", seed);
  for (guint64 i = 0; i < n_runs; i++)
    n_valid += check_case (seed + (guint32) i) ? 1 : 0;
  if (n_runs >= 20)
    ck_assert_msg (n_valid > n_runs / 3, "only %u of %u cases were valid",
                   (guint) n_valid, (guint) n_runs);
}

static void
fill (Suite *suite)
{
  TCase *tests = tcase_create ("all");

  tcase_set_timeout (tests, 0); /* as long as it was asked to run */
  tcase_add_test (tests, migration__keeps_its_promises_whatever_it_is);
  suite_add_tcase (suite, tests);
}

TEST_MAIN_WITH ("property/migration", fill)
